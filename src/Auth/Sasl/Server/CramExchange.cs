using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>CRAM-MD5 (RFC 2195), for accounts with a sealed secret.</summary>
internal sealed class CramExchange(SaslServices services, SaslContext context) : SaslExchange
{
    private byte[]? _challenge;

    protected override async ValueTask<SaslStep> TakeAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        if (_challenge is null)
        {
            // The server speaks first (RFC 4954 §4: an initial response to such a mechanism is an error).
            if (response is not null) return Malformed;
            _challenge = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"<{services.Options.NewNonce()}.{services.Time.GetUtcNow().ToUnixTimeSeconds()}@{context.HostName}>"));
            return new SaslStep(SaslStatus.Challenge, _challenge);
        }

        if (response is not { } message || !TrySplit(message.Span, out var name, out var digest)) return Malformed;
        var credentials = await services.Gate.FindAsync(name, cancellation);
        var hasSecret = services.TryOpen(credentials, out var secret);
        var isRight = CryptographicOperations.FixedTimeEquals(CryptographicOperations.HmacData(HashAlgorithmName.MD5, secret, _challenge), digest) & hasSecret;
        CryptographicOperations.ZeroMemory(secret);
        var status = await services.Gate.SettleAsync(new LoginAttempt(context.Address, name) { Account = credentials?.Identity }, isRight, cancellation);
        return new SaslStep(status, default, status == SaslStatus.Granted ? credentials!.Identity : null);
    }

    // RFC 2195 §2: the name, a space, and 32 hexadecimal digits. The name may have spaces itself.
    private static bool TrySplit(ReadOnlySpan<byte> message, out string name, out byte[] digest)
    {
        (name, digest) = ("", []);
        var space = message.LastIndexOf((byte)' ');
        if (space < 0 || !HexDigest.TryRead(message[(space + 1)..], out digest) || !SaslName.TryRead(message[..space], out var read)) return false;
        name = read;
        return true;
    }
}
