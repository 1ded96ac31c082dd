using Merpati.Auth.Sasl.Client;

namespace Merpati.Pop3.Client;

/// <summary>When a password may be sent as it is (USER and PASS, PLAIN, LOGIN).</summary>
public enum PlainPasswords
{
    /// <summary>To a server that is known by its certificate.</summary>
    IfVerified,

    /// <summary>To any server under TLS.</summary>
    IfEncrypted,

    /// <summary>In the clear, too.</summary>
    Always,
}

/// <summary>How to log in.</summary>
/// <param name="Credentials">With what; the caller's to dispose.</param>
public sealed record Pop3Login(SaslCredentials Credentials)
{
    /// <summary>APOP, as a way to log in (RFC 1939 §7).</summary>
    public const string Apop = "APOP";

    /// <summary>USER and PASS, as a way to log in (RFC 1939 §7).</summary>
    public const string UserPass = "USER";

    /// <summary>When the password may be sent as it is.</summary>
    public PlainPasswords Plain { get; init; }

    /// <summary>Whether APOP, CRAM-MD5 and DIGEST-MD5 may be used, from which a listener can guess at the password.</summary>
    public bool AllowLegacy { get; init; }

    /// <summary>
    /// The only way that is tried: the name of a mechanism of AUTH, <see cref="Apop"/> or <see cref="UserPass"/>, in any case. Null, the default, for the strongest there is.
    /// </summary>
    public string? Only { get; init; }

    /// <summary>The server's name as we know it.</summary>
    public required string ServerName { get; init; }

    /// <summary>Whether a way may be tried.</summary>
    internal bool Takes(string way) => Only is null || string.Equals(Only, way, StringComparison.OrdinalIgnoreCase);
}
