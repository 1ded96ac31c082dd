using Merpati.Auth;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage.Addressing;

namespace Merpati.Pop3.Server;

/// <summary>How POP3 is served.</summary>
public sealed record Pop3ServiceOptions
{
    /// <summary>The name that the server gives itself in the banner and at QUIT: printable ASCII without spaces, at most 255 octets.</summary>
    public required string HostName { get; init; }

    /// <summary>How long a client may take from the connection to its login, whatever it says meanwhile.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a client that has logged in may be silent. RFC 1939 §3 asks for at least 10 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a client may take to read about 32 KiB of what it asked for.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The bad command with which a session ends: unknown, malformed, out of order, or naming no message.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>The failed login with which a session ends.</summary>
    public int MaxFailedLogins { get; init; } = 3;

    /// <summary>The longest command line in octets, CRLF included. RFC 2449 §4 asks for at least 255.</summary>
    public int MaxLineLength { get; init; } = 512;

    /// <summary>
    /// The language of the greeting and of a session that does not ask for another with LANG. RFC 1939 knows ASCII only, which <see cref="Pop3Language.Russian"/> is
    /// not: where it is set, clients get UTF-8 unasked.
    /// </summary>
    public Pop3Language Language { get; init; }

    /// <summary>When TLS is required before a plain password is taken.</summary>
    public TlsRequirement RequireTls { get; init; } = TlsRequirement.ExceptLoopback;

    /// <summary>
    /// How long messages stay where neither the account nor its domain says it (RFC 2449 §6.7). With 0 days, QUIT removes what the session has retrieved
    /// whole with RETR since its last RSET. For ever by default.
    /// </summary>
    public Retention DefaultRetention { get; init; } = Retention.Forever;

    /// <summary>The time that must pass between two logins of an account (RFC 2449 §6.6), counted in whole seconds. None by default.</summary>
    public TimeSpan LoginDelay { get; init; } = TimeSpan.Zero;
}
