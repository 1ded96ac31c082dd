using System.Text;

namespace Merpati.Auth.Sasl.Client;

/// <summary>LOGIN, client side: the first challenge asks for the name and the second for the password, whatever their words.</summary>
internal sealed class LoginClient(SaslCredentials credentials) : ISaslClientExchange
{
    private int _said;

    public string Mechanism => SaslMechanisms.Login;

    public ReadOnlyMemory<byte>? Start() => null;

    public SaslClientStep Next(ReadOnlyMemory<byte> challenge) => ++_said switch
    {
        1 => new SaslClientStep(true, Encoding.UTF8.GetBytes(credentials.Name)),
        2 => new SaslClientStep(true, credentials.Password),
        _ => default,
    };

    public bool AcceptsSuccess(ReadOnlyMemory<byte> octets = default) => _said == 2 && octets.IsEmpty;

    public void Dispose()
    {
        // The credentials hold the only copy of the password.
    }
}
