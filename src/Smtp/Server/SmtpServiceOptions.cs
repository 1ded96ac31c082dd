using System.Net;
using System.Text;
using Merpati.Auth;
using Merpati.Mail.Addresses;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Server;

/// <summary>How an SMTP server behaves. The defaults are those of RFC 5321 §4.5.3 where it gives one.</summary>
public sealed record SmtpServiceOptions
{
    /// <summary>The name that the server gives itself in the banner: a domain name (A-labels) or an address literal.</summary>
    public required string HostName { get; init; }

    /// <summary>What the listener is for. <see cref="SmtpRole.Relay"/> by default.</summary>
    public SmtpRole Role { get; init; } = SmtpRole.Relay;

    /// <summary>The networks whose clients are trusted: they may relay and are told what others are not. None by default.</summary>
    public IReadOnlyList<IPNetwork> TrustedNetworks { get; init; } = [];

    /// <summary>
    /// When plain passwords are taken only inside TLS, and on a submission listener when messages are too. Everywhere but on this machine by default.
    /// </summary>
    public TlsRequirement RequireTls { get; init; } = TlsRequirement.ExceptLoopback;

    /// <summary>The refused logins at which a session ends with 421. 3 by default.</summary>
    public int MaxAuthFailures { get; init; } = 3;

    /// <summary>Who is told by VRFY whether a name is known; all others get 252 (RFC 5321 §7.3). Trusted by default.</summary>
    public SmtpAudience Vrfy { get; init; } = SmtpAudience.Trusted;

    /// <summary>Who is told by EXPN who the members of a group are; all others get 252 (RFC 5321 §7.3). Trusted by default.</summary>
    public SmtpAudience Expn { get; init; } = SmtpAudience.Trusted;

    /// <summary>The most names that one VRFY or EXPN lists. 1000 by default.</summary>
    public int MaxListed { get; init; } = 1000;

    /// <summary>Who may ask for a queue run with ETRN (RFC 1985). Nobody by default: 502.</summary>
    public SmtpAudience Etrn { get; init; } = SmtpAudience.Nobody;

    /// <summary>The largest message, in octets, that is taken; EHLO announces it (RFC 1870). 52,428,800 (50 MB) by default.</summary>
    public long MaxMessageBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>The recipients that one transaction takes; at least 100 (RFC 5321 §4.5.3.1.8). 1000 by default.</summary>
    public int MaxRecipients { get; init; } = 1000;

    /// <summary>The longest command line, in octets, CRLF included; at least 512 (RFC 5321 §4.5.3.1.4). 2048 by default.</summary>
    public int MaxLineLength { get; init; } = 2048;

    /// <summary>What is done about a CR or LF in a message that is not part of a CRLF. Refused by default.</summary>
    public BareNewlines BareNewlines { get; init; } = BareNewlines.Refuse;

    /// <summary>How long a client may take over each command line; RFC 5321 §4.5.3.2.7 wants 5 minutes at least, the default.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The stretch of time over which <see cref="MinDataOctetsPerSecond"/> is held. 3 minutes by default (RFC 5321 §4.5.3.2.5).</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>The slowest message text, in octets per second, each stretch of <see cref="DataTimeout"/> taken as a whole. 500 by default.</summary>
    public int MinDataOctetsPerSecond { get; init; } = 500;

    /// <summary>The protocol errors, since the last accepted message, at which a session ends with 421. 20 by default.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>
    /// The commands that bring no message nearer (NOOP, RSET, VRFY, HELP, HELO, a refused recipient) that a session may send without a message
    /// being accepted in between; one more ends it with 421. 1000 by default.
    /// </summary>
    public int MaxIdleCommands { get; init; } = 1000;

    /// <summary>What each stretch of <see cref="DataTimeout"/> must bring, in octets.</summary>
    internal long MinDataOctets => (long)(MinDataOctetsPerSecond * DataTimeout.TotalSeconds);

    /// <summary>Throws <see cref="ArgumentException"/> when a value is outside what its comment allows.</summary>
    internal void Validate()
    {
        if (!Ascii.IsValid(HostName) || !Domain.TryParse(HostName, out _)) throw new ArgumentException($"{nameof(HostName)} is no domain name: {HostName}");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, 1, nameof(MaxMessageBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRecipients, 100, nameof(MaxRecipients));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLineLength, 512, nameof(MaxLineLength));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CommandTimeout, TimeSpan.Zero, nameof(CommandTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DataTimeout, TimeSpan.Zero, nameof(DataTimeout));
        ArgumentOutOfRangeException.ThrowIfNegative(MinDataOctetsPerSecond, nameof(MinDataOctetsPerSecond));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxErrors, 1, nameof(MaxErrors));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxIdleCommands, 1, nameof(MaxIdleCommands));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAuthFailures, 1, nameof(MaxAuthFailures));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxListed, 1, nameof(MaxListed));
    }
}
