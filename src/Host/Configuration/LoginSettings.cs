using System.Net;
using Merpati.Auth;
using Merpati.Auth.Passwords;
using Merpati.Auth.Throttle;

namespace Merpati.Host.Configuration;

/// <summary>The keys about who logs in and how.</summary>
internal static class LoginSettings
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly LoginThrottleOptions Throttle = new();

    public static readonly Setting.Of<TlsRequirement> RequireTls = Setting.Choice("Auth:RequireTls", "except-loopback",
        "Where plain passwords are taken: `except-loopback` on 127.0.0.0/8 and ::1 only, `always` nowhere without TLS, `never` everywhere, readable for whoever listens on the way.",
        ("except-loopback", TlsRequirement.ExceptLoopback), ("always", TlsRequirement.Always), ("never", TlsRequirement.Never));

    public static readonly Setting.Of<int> Iterations = Setting.Integer("Auth:Iterations", PasswordVerifier.DefaultIterations, (PasswordVerifier.MinIterations, PasswordVerifier.MaxIterations),
        "The iterations of PBKDF2-HMAC-SHA-256 for new passwords.");

    public static readonly Setting.Of<int> CheckThreads = Setting.Integer("Auth:CheckThreads", 0, (0, 256),
        "The threads on which passwords are checked; 0 means half as many as the machine has cores. Logins beyond them wait in line, so that a storm of them delays no mail.");

    public static readonly Setting.Of<int> CacheEntries = Setting.Integer("Auth:Cache:Entries", 10_000, (0, 1_000_000),
        "The successful checks that are remembered, in a form from which no password can be read.");

    public static readonly Setting.Of<TimeSpan> CacheLifetime = Setting.Span("Auth:Cache:Lifetime", TimeSpan.FromMinutes(10), (TimeSpan.Zero, TimeSpan.FromHours(24)),
        "How long a successful check is remembered. A changed password is noticed at once all the same.");

    public static readonly Setting.Of<IReadOnlySet<string>> LegacyMechanisms = Setting.Several("Auth:LegacyMechanisms",
        "The old ways of logging in that are offered. They need the password itself, so they work for accounts only that were made with `--legacy-auth`. `apop` puts a timestamp into POP3's banner.",
        "cram-md5", "digest-md5", "scram-sha-1", "apop");

    public static readonly Setting.Of<IReadOnlyList<IPNetwork>> ThrottleAllowedNetworks = Setting.Networks("Auth:Throttle:AllowedNetworks",
        "Networks whose failed logins never count and that are never refused: a webmail that throttles its own users, for one. Loopback is not among them by itself.");

    public static readonly Setting.Of<TimeSpan> ThrottleWindow = Setting.Span("Auth:Throttle:Window", Throttle.Window, (TimeSpan.FromMinutes(1), Day),
        "How long a failed login counts.");

    public static readonly Setting.Of<int> ThrottleAddressLimit = Setting.Integer("Auth:Throttle:AddressLimit", Throttle.AddressLimit, (1, 1_000_000),
        "The failed logins from one address (IPv6: one /64) within the window with which it is refused.");

    public static readonly Setting.Of<int> ThrottleNetworkLimit = Setting.Integer("Auth:Throttle:NetworkLimit", Throttle.NetworkLimit, (1, 1_000_000),
        "The failed logins from one network (IPv4 /24, IPv6 /48) within the window with which it is refused.");

    public static readonly Setting.Of<int> ThrottleAccountLimit = Setting.Integer("Auth:Throttle:AccountLimit", Throttle.AccountLimit, (1, 1_000_000),
        "The failed logins for one account, from anywhere, within the window with which it is shut for all but its owner's known addresses.");

    public static readonly Setting.Of<int> ThrottleFreeFailures = Setting.Integer("Auth:Throttle:FreeFailures", Throttle.FreeFailures, (0, 1000),
        "The failed logins that are not slowed down.");

    public static readonly Setting.Of<TimeSpan> ThrottleFirstDelay = Setting.Span("Auth:Throttle:FirstDelay", Throttle.FirstDelay, (TimeSpan.Zero, TimeSpan.FromMinutes(1)),
        "How long the answer is held back after the last failed login that is free; each further one doubles it.");

    public static readonly Setting.Of<TimeSpan> ThrottleMaxDelay = Setting.Span("Auth:Throttle:MaxDelay", Throttle.MaxDelay, (TimeSpan.Zero, TimeSpan.FromMinutes(5)),
        "The longest such delay.");

    public static readonly Setting.Of<TimeSpan> ThrottleFirstRefusal = Setting.Span("Auth:Throttle:FirstRefusal", Throttle.FirstRefusal, (Second, Day),
        "How long the first refusal holds; each repetition doubles it.");

    public static readonly Setting.Of<TimeSpan> ThrottleMaxRefusal = Setting.Span("Auth:Throttle:MaxRefusal", Throttle.MaxRefusal, (Second, TimeSpan.FromDays(30)),
        "The longest refusal.");

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        RequireTls, Iterations, CheckThreads, CacheEntries, CacheLifetime, LegacyMechanisms, ThrottleAllowedNetworks, ThrottleWindow, ThrottleAddressLimit,
        ThrottleNetworkLimit, ThrottleAccountLimit, ThrottleFreeFailures, ThrottleFirstDelay, ThrottleMaxDelay, ThrottleFirstRefusal, ThrottleMaxRefusal,
    ];
}
