using System.Security.Cryptography;
using System.Text;

namespace Merpati.Auth.Sasl.Client;

/// <summary>CRAM-MD5 (RFC 2195), client side. The server proves nothing.</summary>
internal sealed class CramClient(SaslCredentials credentials) : ISaslClientExchange
{
    private bool _answered;

    public string Mechanism => SaslMechanisms.CramMd5;

    public ReadOnlyMemory<byte>? Start() => null;

    public SaslClientStep Next(ReadOnlyMemory<byte> challenge)
    {
        if (_answered || challenge.IsEmpty) return default;
        _answered = true;
        var digest = CryptographicOperations.HmacData(HashAlgorithmName.MD5, credentials.Password.Span, challenge.Span);
        return new SaslClientStep(true, (byte[])[.. Encoding.UTF8.GetBytes(credentials.Name), (byte)' ', .. HexDigest.Write(digest)]);
    }

    public bool AcceptsSuccess(ReadOnlyMemory<byte> octets = default) => _answered && octets.IsEmpty;

    public void Dispose()
    {
        // The credentials hold the only copy of the password.
    }
}
