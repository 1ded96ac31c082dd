using System.Net;
using System.Text;
using Merpati.Auth;
using Merpati.Auth.Legacy;
using Merpati.Auth.Sasl;
using Merpati.Auth.Throttle;
using Merpati.Mail.Addresses;
using Merpati.Pop3.Server;
using Merpati.Storage;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Tests;

/// <summary>
/// A POP3 service with its users, paul, alice and bob, whose inboxes are 1, 2 and 3, and анна, whose name is beyond ASCII. Paul has the mail of the second
/// seed's session.
/// </summary>
internal sealed class PostOffice : IAuthenticator, IApopChecker
{
    public const long Paul = 1;
    public const long Alice = 2;
    public const long Bob = 3;
    public const long Anna = 4;
    public const string Secret = "Kukuru23432";

    public static readonly int[] PaulsSizes = [1447, 2640, 2296, 1100, 3025, 2068];

    private readonly Dictionary<string, (Identity Identity, byte[] Password)> _accounts = [];

    public PostOffice()
    {
        AddAccount("paul", Paul, Secret);
        AddAccount("alice", Alice, "a pass  phrase ");
        AddAccount("bob", Bob, "пароль");
        AddAccount("анна", Anna, "тайна");
        foreach (var size in PaulsSizes) Messages.Add(Paul, TextOf(size));
        Messages.Add(Alice, TextOf(120));
        Messages.Add(Alice, TextOf(200));
    }

    public MemoryMessages Messages { get; } = new();

    public FakeTime Time { get; } = new();

    public CapturedLog Log { get; } = new();

    public Pop3ServiceOptions Options { get; set; } = new() { HostName = "mail.example.org" };

    public bool AuthenticatorUnavailable { get; set; }

    public bool LoginsThrottled { get; set; }

    /// <summary>How the accounts cannot be read.</summary>
    public StoreFailure? OnLogin { get; set; }

    /// <summary>Whether APOP is there; alice and анна alone have secrets for it.</summary>
    public bool HasApop { get; set; }

    /// <summary>What checks digests in its place.</summary>
    public IApopChecker? Apop { get; set; }

    public ISaslServer? Sasl { get; set; }

    public TlsServer? Tls { get; set; }

    /// <summary>How long the answer to each login of paul's is held back.</summary>
    public TimeSpan PaulsDelay { get; set; }

    /// <summary>Completes when an answer to paul is held back.</summary>
    public TaskCompletionSource PaulWaits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int PasswordChecks { get; private set; }

    /// <summary>A message of exactly so many octets, of lines of at most 72.</summary>
    public static byte[] TextOf(int size)
    {
        var text = new StringBuilder("Subject: life\r\n\r\n");
        while (size - text.Length > 72) text.Append('x', 70).Append("\r\n");
        return Encoding.ASCII.GetBytes(text.Append('y', size - text.Length - 2).Append("\r\n").ToString());
    }

    public Pop3Service Service() => new(Options, new Pop3Partners(this, Messages) { Apop = Apop ?? (HasApop ? this : null), Sasl = Sasl, Tls = Tls }, Time, Log);

    public MemoryClient Connect(IPAddress? remote = null, int serverMayHold = 0) => new(Service(), Time, remote, serverMayHold);

    /// <summary>A client that has logged in, its greetings read.</summary>
    public async Task<MemoryClient> LogInAsync(string user = "paul", string password = Secret, int serverMayHold = 0)
    {
        var client = Connect(serverMayHold: serverMayHold);
        await client.SendAsync($"USER {user}\r\nPASS {password}\r\n");
        Assert.StartsWith("+OK ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("+OK", await client.NextAsync());
        Assert.StartsWith($"+OK {user}'s maildrop has ", await client.NextAsync(), StringComparison.Ordinal);
        return client;
    }

    public async ValueTask<LoginResult> CheckPasswordAsync(LoginAttempt attempt, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        var loginName = attempt.LoginName;
        PasswordChecks++;
        if (await JudgeAsync(loginName, cancellation) is { } verdict) return new LoginResult(verdict);
        var granted = _accounts.TryGetValue(loginName, out var account) && password.Span.SequenceEqual(account.Password);
        return granted ? new LoginResult(LoginVerdict.Granted, account.Identity) : new LoginResult(LoginVerdict.Refused);
    }

    public async ValueTask<LoginResult> CheckDigestAsync(
        LoginAttempt attempt, ReadOnlyMemory<byte> timestamp, ReadOnlyMemory<byte> digest, CancellationToken cancellation)
    {
        PasswordChecks++;
        if (await JudgeAsync(attempt.LoginName, cancellation) is { } verdict) return new LoginResult(verdict);
        var name = attempt.LoginName;
        var granted = name is "alice" or "анна" && ApopDigest.Matches(timestamp.Span, _accounts[name].Password, digest.Span);
        return granted ? new LoginResult(LoginVerdict.Granted, _accounts[name].Identity) : new LoginResult(LoginVerdict.Refused);
    }

    /// <summary>Who has that name and password; null when nobody has.</summary>
    public Identity? Find(string name, string password) =>
        _accounts.TryGetValue(name, out var account) && Encoding.UTF8.GetBytes(password).AsSpan().SequenceEqual(account.Password) ? account.Identity : null;

    /// <summary>What comes of a login whatever its password is; null when that decides.</summary>
    public async ValueTask<LoginVerdict?> JudgeAsync(string loginName, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (OnLogin is { } failure) throw new StoreException(failure, "the accounts cannot be read");
        if (AuthenticatorUnavailable) return LoginVerdict.Unavailable;
        if (LoginsThrottled) return LoginVerdict.Throttled;
        if (loginName != "paul" || PaulsDelay <= TimeSpan.Zero) return null;
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var timer = Time.CreateTimer(_ => held.TrySetResult(), null, PaulsDelay, Timeout.InfiniteTimeSpan);
        PaulWaits.TrySetResult();
        await held.Task.WaitAsync(cancellation);
        return null;
    }

    private void AddAccount(string name, long inbox, string password)
    {
        Assert.True(EmailAddress.TryParse($"{name}@example.org", out var address));
        _accounts.Add(name, (new Identity(inbox + 100, address, inbox), Encoding.UTF8.GetBytes(password)));
        Messages.CreateMailbox(inbox);
    }
}
