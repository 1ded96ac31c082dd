using System.Text;

namespace Merpati.Auth.Sasl.Client;

/// <summary>EXTERNAL (RFC 4422 appendix A), client side: only the authorization identity is sent, mostly none.</summary>
internal sealed class ExternalClient(SaslCredentials credentials) : ISaslClientExchange
{
    private bool _started;

    public string Mechanism => SaslMechanisms.External;

    public ReadOnlyMemory<byte>? Start()
    {
        _started = true;
        return Encoding.UTF8.GetBytes(credentials.AuthorizationId ?? "");
    }

    // All was said in the first message.
    public SaslClientStep Next(ReadOnlyMemory<byte> challenge) => default;

    public bool AcceptsSuccess(ReadOnlyMemory<byte> octets = default) => _started && octets.IsEmpty;

    public void Dispose()
    {
        // Nothing here is secret.
    }
}
