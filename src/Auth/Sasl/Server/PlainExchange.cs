using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>PLAIN (RFC 4616): <c>[authzid] NUL authcid NUL passwd</c> in one message.</summary>
internal sealed class PlainExchange(SaslServices services, SaslContext context) : SaslExchange
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

        if (!TrySplit(message.Span, out var authorizationId, out var name, out var passwordAt)) return Malformed;
        return await PasswordLogin.CheckAsync(services, new LoginAttempt(context.Address, name), message[passwordAt..], authorizationId, cancellation);
    }

    // RFC 4616 §2: exactly two NULs; nothing is ever cut off at one.
    private static bool TrySplit(ReadOnlySpan<byte> message, out string? authorizationId, out string name, out int passwordAt)
    {
        (authorizationId, name, passwordAt) = (null, "", 0);
        var first = message.IndexOf((byte)0);
        if (first < 0) return false;
        var second = message[(first + 1)..].IndexOf((byte)0);
        if (second < 0) return false;
        second += first + 1;
        passwordAt = second + 1;
        if (first > 0 && !SaslName.TryRead(message[..first], out authorizationId)) return false;
        if (!SaslName.TryRead(message[(first + 1)..second], out var read) || !PasswordLogin.IsPassword(message[passwordAt..])) return false;
        name = read;
        return true;
    }
}
