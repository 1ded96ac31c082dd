namespace Merpati.Host.Configuration;

/// <summary>The keys about Progin. What it shares with others is theirs: `Mail:MaxMessageBytes`, `Smtp:MaxRecipients`, `Smtp:MinDataRate`, `Auth:RequireTls`.</summary>
internal static class ProginSettings
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static readonly Setting.Of<TimeSpan> LoginTimeout = Setting.Span("Progin:Timeouts:Login", TimeSpan.FromMinutes(2), (Second, Hour),
        "How long a client may take from the connection to its first login, whatever it says meanwhile.");

    public static readonly Setting.Of<TimeSpan> IdleTimeout = Setting.Span("Progin:Timeouts:Idle", TimeSpan.FromMinutes(10), (Second, TimeSpan.FromHours(24)),
        "How long a client may take for one command after that.");

    public static readonly Setting.Of<TimeSpan> DataTimeout = Setting.Span("Progin:Timeouts:Data", TimeSpan.FromMinutes(3), (Second, Hour),
        "The stretch of time in which a text must make progress: see `Smtp:MinDataRate`.");

    public static readonly Setting.Of<TimeSpan> SendTimeout = Setting.Span("Progin:Timeouts:Send", TimeSpan.FromMinutes(2), (Second, Hour),
        "How long a client may take to read each 32 KiB of a listing; one that does not read is cut off.");

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<Setting> All = [LoginTimeout, IdleTimeout, DataTimeout, SendTimeout];
}
