using System.Net;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Server;
using Merpati.Wire.Lines;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Configuration;

/// <summary>Every configuration key there is. What is not in this table is refused at the start.</summary>
internal static class SettingTable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static readonly (string Name, SmtpAudience Value)[] Audiences =
    [
        ("everyone", SmtpAudience.Everyone), ("authenticated", SmtpAudience.Authenticated), ("trusted", SmtpAudience.Trusted), ("nobody", SmtpAudience.Nobody),
    ];

    public static readonly Setting.Of<Domain?> HostName = Setting.OptionalDomain("Server:HostName",
        "The name of this host in greetings and trace fields. When empty, the machine's own name.");

    public static readonly Setting.Of<TimeSpan> ShutdownGrace = Setting.Span("Server:ShutdownGrace", TimeSpan.FromSeconds(10), (TimeSpan.Zero, Hour),
        "How long sessions in the middle of a message may go on after the server was told to stop.");

    public static readonly Setting.Of<int> MaxConnections = Setting.Integer("Connections:Max", 10_000, (1, 1_000_000),
        "The most connections at once, over all listeners; one more is told so and closed.");

    public static readonly Setting.Of<int> MaxConnectionsPerAddress = Setting.Integer("Connections:MaxPerAddress", 256, (1, 1_000_000),
        "The most connections at once from one address; an IPv6 address counts as its /64.");

    public static readonly Setting.Of<Domain?> DefaultDomain = Setting.OptionalDomain("Mail:DefaultDomain",
        "The domain of a name that comes without one, at login or as a recipient. When empty, the domain that was added first.");

    public static readonly Setting.Of<EmailAddress?> Postmaster = Setting.OptionalAddress("Mail:Postmaster",
        "Who gets mail to postmaster where no account has that name. When empty, the oldest account.");

    public static readonly Setting.Of<char?> SubaddressSeparator = Setting.Separator("Mail:SubaddressSeparator", '+',
        "What parts a user from a detail: mail to `alice+lists@example.org` is for `alice@example.org` where nothing else has the whole address. When empty, there are no details.");

    public static readonly Setting.Of<long> MaxMessageBytes = Setting.Octets("Mail:MaxMessageBytes", 52_428_800, (65_536, 4_000_000_000),
        "The largest message. A larger one is refused with 552 5.3.4.");

    public static readonly Setting.Of<int> MaxHops = Setting.Integer("Delivery:MaxHops", 100, (10, 1000),
        "The most Received fields that a message may carry; one with more goes round in a loop and is refused.");

    public static readonly Setting.Of<BareNewlines> BareNewlinePolicy = Setting.Choice("Smtp:BareNewlines", "refuse",
        "What is done about a CR or LF in a message that is not part of a CRLF: the message is refused, or each is made a CRLF. Neither ends the message.",
        ("refuse", BareNewlines.Refuse), ("normalise", BareNewlines.Normalise));

    public static readonly Setting.Of<int> MaxRecipients = Setting.Integer("Smtp:MaxRecipients", 1000, (100, 100_000),
        "The most recipients of one message; to one more the answer is 452 4.5.3.");

    public static readonly Setting.Of<IReadOnlyList<IPNetwork>> TrustedNetworks = Setting.Networks("Smtp:Relay:AllowedNetworks",
        "Trusted networks: their clients get the answers to VRFY and EXPN that are for `trusted`, and may hand in mail for other hosts as soon as this system carries it there.");

    public static readonly Setting.Of<SmtpAudience> Vrfy = Setting.Choice("Smtp:Vrfy", "trusted",
        "Who is told by VRFY whether a user exists: `trusted` means users who have logged in and trusted networks. All others get 252.", Audiences);

    public static readonly Setting.Of<SmtpAudience> Expn = Setting.Choice("Smtp:Expn", "trusted",
        "Who is told by EXPN who is in a group that shows its members. All others get 252.", Audiences);

    public static readonly Setting.Of<SmtpAudience> Etrn = Setting.Choice("Smtp:Etrn", "trusted",
        "Who may have what waits for any domain sent as soon as possible with ETRN. The owner of a domain (`Delivery:OnDemand:<domain>`) always may, for that one.", Audiences);

    public static readonly Setting.Of<int> SmtpMaxErrors = Setting.Integer("Smtp:MaxErrors", 20, (1, 10_000),
        "The refused commands after which a session is ended with 421.");

    public static readonly Setting.Of<TimeSpan> SmtpCommandTimeout = Setting.Span("Smtp:Timeouts:Command", TimeSpan.FromMinutes(5), (Second, Hour),
        "How long a client may take for one whole command.");

    public static readonly Setting.Of<TimeSpan> SmtpDataTimeout = Setting.Span("Smtp:Timeouts:Data", TimeSpan.FromMinutes(3), (Second, Hour),
        "The stretch of time in which a message must make progress: see `Smtp:MinDataRate`.");

    public static readonly Setting.Of<int> SmtpMinDataRate = Setting.Integer("Smtp:MinDataRate", 500, (0, 1_000_000),
        "The octets a second that a client must send on average over each `Smtp:Timeouts:Data`; a slower one is cut off with 421.");

    public static readonly Setting.Of<TimeSpan> Pop3LoginTimeout = Setting.Span("Pop3:Timeouts:Login", TimeSpan.FromMinutes(2), (Second, Hour),
        "How long a client may take for one command before it has logged in.");

    public static readonly Setting.Of<TimeSpan> Pop3IdleTimeout = Setting.Span("Pop3:Timeouts:Idle", TimeSpan.FromMinutes(10), (Second, TimeSpan.FromHours(24)),
        "How long a client may take for one command after it has logged in (RFC 1939 asks for at least ten minutes). Nothing is removed when it is cut off.");

    public static readonly Setting.Of<TimeSpan> Pop3SendTimeout = Setting.Span("Pop3:Timeouts:Send", TimeSpan.FromMinutes(2), (Second, Hour),
        "How long a client may take to read each 32 KiB that it is sent; one that does not read is cut off.");

    public static readonly Setting.Of<long> ReserveBytes = Setting.Octets("Storage:ReserveBytes", 32 * 1024 * 1024, (0, 1L << 50),
        "The room on disk that new mail leaves free, so that on a full disk messages can still be removed.");

    public static readonly Setting.Of<LogLevel> LogLevelFloor = Setting.Choice("Log:Level", "information",
        "The least important lines that are logged.",
        ("debug", LogLevel.Debug), ("information", LogLevel.Information), ("warning", LogLevel.Warning), ("error", LogLevel.Error));

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        HostName, ShutdownGrace, .. ListenerSettings.All, MaxConnections, MaxConnectionsPerAddress, DefaultDomain, Postmaster, SubaddressSeparator, MaxMessageBytes,
        MaxHops, BareNewlinePolicy, MaxRecipients, TrustedNetworks, Vrfy, Expn, Etrn, SmtpMaxErrors, SmtpCommandTimeout, SmtpDataTimeout, SmtpMinDataRate,
        Pop3LoginTimeout, Pop3IdleTimeout, Pop3SendTimeout, .. Pop3Settings.All, .. ProginSettings.All, .. LoginSettings.All, .. DeliverySettings.All, ReserveBytes, LogLevelFloor,
    ];
}
