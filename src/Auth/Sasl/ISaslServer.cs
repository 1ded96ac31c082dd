using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Auth.Sasl;

/// <summary>What TLS tells of a connection, as far as authentication is concerned.</summary>
/// <param name="ServerEndPoint">The channel binding <c>tls-server-end-point</c> (RFC 5929 §4); empty when it cannot be had.</param>
/// <param name="Exporter">The channel binding <c>tls-exporter</c> (RFC 9266); empty when it cannot be had.</param>
/// <param name="ClientCertificate">The certificate that the client has proved to hold and that was found valid; null when none.</param>
public sealed record SecureChannel(ReadOnlyMemory<byte> ServerEndPoint, ReadOnlyMemory<byte> Exporter, X509Certificate2? ClientCertificate);

/// <summary>What a server knows of the client that wants to authenticate.</summary>
public sealed record SaslContext
{
    /// <summary>The service's name in the registry of GSSAPI names: <c>smtp</c>, <c>pop</c>, <c>imap</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The name of this host, as in its banner.</summary>
    public required string HostName { get; init; }

    /// <summary>The client's address; null when it did not come over a network.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Whether plain passwords are taken on this connection: it has TLS, or the configuration says so.</summary>
    public bool TakesPlainPasswords { get; init; }

    /// <summary>What TLS tells; null without TLS.</summary>
    public SecureChannel? Channel { get; init; }

    /// <summary>Whether mechanisms with channel binding (-PLUS) are offered where TLS allows them. True by default.</summary>
    public bool OffersBinding { get; init; } = true;

    /// <summary>Whether a client can bind its login to the channel.</summary>
    internal bool CanBind => OffersBinding && ChannelBindings.Exist(Channel);
}

/// <summary>The SASL mechanisms, server side (RFC 4422), for every protocol. Safe for concurrent callers.</summary>
public interface ISaslServer
{
    /// <summary>The mechanisms that are offered on such a connection now, strongest first.</summary>
    IReadOnlyList<string> Mechanisms(SaslContext context);

    /// <summary>Starts an exchange; null when the mechanism, named in any case, is unknown or not offered on such a connection.</summary>
    ISaslExchange? Start(string mechanism, SaslContext context);
}

/// <summary>One exchange. One caller at a time; dispose it in any case, which erases its secrets.</summary>
public interface ISaslExchange : IDisposable
{
    /// <summary>
    /// Takes what the client says, decoded from base64, and answers. The first call has null when the client sent no initial response.
    /// After any status but <see cref="SaslStatus.Challenge"/> the exchange is over. Throws <see cref="OperationCanceledException"/>, and passes on
    /// what the credential source throws.
    /// </summary>
    ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation);
}

/// <summary>How an exchange stands.</summary>
public enum SaslStatus
{
    /// <summary>The client has to answer the octets.</summary>
    Challenge,

    /// <summary>The client is who the identity says. Octets, where there are some, belong to the success (RFC 4422 §3.1).</summary>
    Granted,

    /// <summary>Refused: nobody outside learns why.</summary>
    Refused,

    /// <summary>What the client said breaks the mechanism's grammar.</summary>
    Malformed,

    /// <summary>The answer cannot be had now; the client should try again.</summary>
    Unavailable,

    /// <summary>Too many have failed from there or for this account; the client should try again later.</summary>
    Throttled,
}

/// <summary>One step of an exchange.</summary>
/// <param name="Status">How the exchange stands.</param>
/// <param name="Octets">What the client is sent, before base64; may be empty.</param>
/// <param name="Identity">Who it is; set when granted.</param>
public readonly record struct SaslStep(SaslStatus Status, ReadOnlyMemory<byte> Octets = default, Identity? Identity = null);
