namespace Merpati.Auth.Sasl.Client;

/// <summary>What a client knows of the server it logs in to, and what it may do there.</summary>
public sealed record SaslClientContext
{
    /// <summary>The service's name in the registry of GSSAPI names: <c>smtp</c>, <c>pop</c>, <c>imap</c>.</summary>
    public required string Service { get; init; }

    /// <summary>The name of the host as the client knows it.</summary>
    public required string HostName { get; init; }

    /// <summary>What TLS tells; null without TLS.</summary>
    public SecureChannel? Channel { get; init; }

    /// <summary>Whether PLAIN and LOGIN may be used: the server is known by its certificate, or the way to it is safe.</summary>
    public bool AllowPlain { get; init; }

    /// <summary>Whether CRAM-MD5 and DIGEST-MD5 may be used, from which a listener can guess at the password. Off by default.</summary>
    public bool AllowLegacy { get; init; }

    /// <summary>Makes the client's nonce; random but in the tests of published examples.</summary>
    internal Func<string> NewNonce { get; init; } = static () => Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(24));
}
