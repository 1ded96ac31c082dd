using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>
/// EXTERNAL (RFC 4422 appendix A): the client is the account whose address is in its certificate. A certificate that names several accounts
/// needs an authorization identity that says which.
/// </summary>
internal sealed class ExternalExchange(SaslServices services, SaslContext context) : SaslExchange
{
    private bool _asked;

    protected override async ValueTask<SaslStep> TakeAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        if (response is not { } message)
        {
            if (_asked) return Malformed;
            _asked = true;
            return EmptyChallenge;
        }

        string? authorizationId = null;
        if (!message.IsEmpty && !SaslName.TryRead(message.Span, out authorizationId)) return Malformed;
        var addresses = CertificateAddresses.Of(context.Channel!.ClientCertificate!);
        if (addresses.Count == 0) return Refused;
        Identity? found = null;
        var isOne = true;
        foreach (var address in addresses)
        {
            var credentials = await services.Gate.FindAsync(address.ToString(), cancellation);
            // An alias in a certificate is not enough: it may have had another owner when the certificate was made.
            if (credentials is not { Disabled: false, Identity: var identity } || !SaslName.IsSame(identity.Address, address)) continue;
            if (!SaslName.IsOwn(authorizationId, address.ToString(), identity)) continue;
            isOne &= found is null || found.AccountId == identity.AccountId;
            found = identity;
        }

        // Under the certificate's name, never under one that the client only claims: failures count against an account.
        var attempt = new LoginAttempt(context.Address, addresses[0].ToString()) { Account = found };
        var status = await services.Gate.SettleAsync(attempt, found is not null && isOne, cancellation);
        return new SaslStep(status, default, status == SaslStatus.Granted ? found : null);
    }
}
