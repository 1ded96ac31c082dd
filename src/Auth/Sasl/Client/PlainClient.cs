using System.Text;

namespace Merpati.Auth.Sasl.Client;

/// <summary>PLAIN (RFC 4616), client side.</summary>
internal sealed class PlainClient(SaslCredentials credentials) : ISaslClientExchange
{
    private byte[] _message = [];

    public string Mechanism => SaslMechanisms.Plain;

    public ReadOnlyMemory<byte>? Start() =>
        _message = [.. Encoding.UTF8.GetBytes($"{credentials.AuthorizationId}\0{credentials.Name}\0"), .. credentials.Password.Span];

    // All was said in the first message.
    public SaslClientStep Next(ReadOnlyMemory<byte> challenge) => default;

    public bool AcceptsSuccess(ReadOnlyMemory<byte> octets = default) => _message.Length > 0 && octets.IsEmpty;

    public void Dispose() => System.Security.Cryptography.CryptographicOperations.ZeroMemory(_message);
}
