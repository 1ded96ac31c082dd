using Merpati.Auth;
using Merpati.Auth.Legacy;
using Merpati.Auth.Sasl;
using Merpati.Storage.Messages;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Server;

/// <summary>Whom a POP3 server asks. What is not there is not offered to clients.</summary>
/// <param name="Authenticator">Checks the passwords of USER and PASS.</param>
/// <param name="Messages">Holds the maildrops.</param>
public sealed record Pop3Partners(IAuthenticator Authenticator, IMessageStore Messages)
{
    /// <summary>Checks the digests of APOP (RFC 1939 §7). Without it the banner has no timestamp.</summary>
    public IApopChecker? Apop { get; init; }

    /// <summary>The mechanisms of AUTH (RFC 5034).</summary>
    public ISaslServer? Sasl { get; init; }

    /// <summary>What STLS goes over to (RFC 2595 §4).</summary>
    public TlsServer? Tls { get; init; }
}
