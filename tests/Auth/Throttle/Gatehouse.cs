using System.Net;
using Merpati.Auth.Throttle;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Tests.Throttle;

/// <summary>A throttle with its ledger, its clock and its accounts.</summary>
internal sealed class Gatehouse
{
    public static readonly Identity Alice = Account(1, "alice");
    public static readonly Identity Bob = Account(2, "bob");

    private ulong _guesses;

    public Gatehouse(LoginThrottleOptions? options = null)
    {
        Options = options ?? new LoginThrottleOptions();
        Ledger = new MemoryLedger(Time);
        Throttle = Restarted();
    }

    public LoginThrottleOptions Options { get; }

    public FakeTimeProvider Time { get; } = new();

    public MemoryLedger Ledger { get; }

    public LogLines Log { get; } = new();

    public LoginThrottle Throttle { get; private set; }

    public static LoginAttempt From(string address, Identity? account, string name = "somebody") =>
        new(IPAddress.Parse(address), account?.Address.Local.Value ?? name) { Account = account };

    /// <summary>A new throttle over the same ledger.</summary>
    public LoginThrottle Restarted() => Throttle = new LoginThrottle(Options, Ledger, Time, Log);

    public ValueTask<ThrottleAnswer> AskAsync(LoginAttempt attempt) => Throttle.AskAsync(attempt, TestContext.Current.CancellationToken);

    public ValueTask RecordAsync(LoginAttempt attempt, bool granted) => Throttle.RecordAsync(attempt, granted, TestContext.Current.CancellationToken);

    /// <summary>Asks for an attempt that comes to nothing.</summary>
    public async ValueTask<ThrottleAnswer> PeekAsync(LoginAttempt attempt)
    {
        var answer = await AskAsync(attempt);
        if (answer.IsAllowed) Throttle.Withdraw(attempt);
        return answer;
    }

    /// <summary>Guesses another password each time; false when the throttle did not let it.</summary>
    public async Task<bool> GuessAsync(LoginAttempt attempt)
    {
        var guess = attempt with { Fingerprint = ++_guesses };
        if (!(await AskAsync(guess)).IsAllowed) return false;
        await RecordAsync(guess, false);
        return true;
    }

    /// <summary>Guesses until it is refused, at most so often; says how many guesses there were.</summary>
    public async Task<int> GuessUntilRefusedAsync(LoginAttempt attempt, int most = 1000)
    {
        var made = 0;
        while (made < most && await GuessAsync(attempt)) made++;
        return made;
    }

    /// <summary>Logs in with the right password; false when the throttle did not let it.</summary>
    public async Task<bool> LogInAsync(LoginAttempt attempt)
    {
        var known = attempt with { Fingerprint = ulong.MaxValue };
        if (!(await AskAsync(known)).IsAllowed) return false;
        await RecordAsync(known, true);
        return true;
    }

    private static Identity Account(long id, string name)
    {
        Assert.True(EmailAddress.TryParse(name + "@example.org", out var address));
        return new Identity(id, address, id);
    }
}
