using System.Net;
using System.Text;
using Merpati.Auth;
using Merpati.Auth.Legacy;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;
using Merpati.Auth.Throttle;
using Merpati.Mail.Addresses;

namespace Merpati.Pop3.Tests;

/// <summary>Logins with the real mechanisms under real TLS, our own client at the other end.</summary>
public sealed class RealLoginTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("merpati-pop3-").FullName;
    private readonly PasswordChecker _checker = new(new PasswordCheckerOptions { Threads = 1, Iterations = PasswordVerifier.MinIterations }, TimeProvider.System);
    private readonly Attempts _attempts = new();
    private readonly SecretSealer _sealer;

    public RealLoginTests() => _sealer = SecretSealer.Open(Path.Combine(_folder, "key"));

    public void Dispose()
    {
        _checker.Dispose();
        _sealer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(SaslMechanisms.ScramSha256Plus)]
    [InlineData(SaslMechanisms.ScramSha256)]
    [InlineData(SaslMechanisms.ScramSha1Plus)]
    [InlineData(SaslMechanisms.ScramSha1)]
    [InlineData(SaslMechanisms.DigestMd5)]
    [InlineData(SaslMechanisms.CramMd5)]
    [InlineData(SaslMechanisms.Plain)]
    [InlineData(SaslMechanisms.Login)]
    public async Task EveryMechanismLogsInUnderTls(string mechanism)
    {
        await using var secure = await SecureOffice.OpenAsync(Arrange);
        await using var client = await secure.ConnectAsync();
        Assert.StartsWith("+OK", await client.AskAsync("STLS"), StringComparison.Ordinal);
        await client.SecureAsync();
        Assert.Contains("SASL SCRAM-SHA-256-PLUS SCRAM-SHA-256 SCRAM-SHA-1-PLUS SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN", await client.ListAsync("CAPA"));
        Assert.Equal("-ERR [AUTH] Invalid login name or password.", await LogInAsync(client, mechanism, "wrong", secure));
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await LogInAsync(client, mechanism, PostOffice.Secret, secure));
        Assert.Equal(["127.0.0.1 paul False", "127.0.0.1 paul True"], _attempts.Recorded);
    }

    [Fact]
    public async Task ACertificateLogsIn()
    {
        await using var secure = await SecureOffice.OpenAsync(Arrange);
        await using var client = await secure.ConnectSecureAsync();
        await client.SecureAsync(secure.Certificate.Pauls);
        await client.ReadLineAsync();
        Assert.StartsWith("SASL EXTERNAL SCRAM", (await client.ListAsync("CAPA")).Single(line => line.StartsWith("SASL", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("-ERR [AUTH] Invalid login name or password.", await client.AskAsync($"AUTH EXTERNAL {Base64("alice@example.org"u8.ToArray())}"));
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await client.AskAsync("AUTH EXTERNAL ="));
    }

    [Fact]
    public async Task WithoutTlsOnlyProofsThatNobodyCanUseAgainAreOffered()
    {
        await using var secure = await SecureOffice.OpenAsync(Arrange);
        await using var client = await secure.ConnectAsync();
        Assert.Contains("SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5", await client.ListAsync("CAPA"));
        Assert.Equal("-ERR A secure connection is needed before a password is taken.", await client.AskAsync("AUTH LOGIN"));
        Assert.Equal("-ERR That mechanism is not offered here.", await client.AskAsync("AUTH SCRAM-SHA-256-PLUS"));
        Assert.Equal("-ERR That mechanism is not offered here.", await client.AskAsync("AUTH EXTERNAL ="));
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await LogInAsync(client, SaslMechanisms.ScramSha256, PostOffice.Secret, null));
    }

    [Fact]
    public async Task ApopGoesToTheSameThrottle()
    {
        await using var secure = await SecureOffice.OpenAsync(Arrange);
        await using var client = await SocketClient.ConnectAsync(secure.Clear);
        var banner = await client.ReadLineAsync();
        var timestamp = Encoding.ASCII.GetBytes(banner![banner!.IndexOf('<', StringComparison.Ordinal)..]);

        // The timestamp is the banner's still after STLS, which has none of its own.
        Assert.StartsWith("+OK", await client.AskAsync("STLS"), StringComparison.Ordinal);
        await client.SecureAsync();
        var wrong = Encoding.ASCII.GetString(ApopDigest.Compute(timestamp, "wrong"u8));
        var right = Encoding.ASCII.GetString(ApopDigest.Compute(timestamp, Encoding.UTF8.GetBytes(PostOffice.Secret)));
        Assert.Equal("-ERR [AUTH] Invalid login name or password.", await client.AskAsync($"APOP paul {wrong}"));
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await client.AskAsync($"APOP paul {right}"));
        Assert.Equal(["127.0.0.1 paul False", "127.0.0.1 paul True"], _attempts.Recorded);
    }

    private void Arrange(PostOffice office)
    {
        var accounts = new Accounts(office, _sealer);
        var authenticator = new Authenticator(accounts, _checker, _attempts, TimeProvider.System);
        var options = new SaslServerOptions
        {
            LegacyMechanisms = new HashSet<string> { SaslMechanisms.CramMd5, SaslMechanisms.DigestMd5, SaslMechanisms.ScramSha1 },
            Sealer = _sealer,
            Iterations = PasswordVerifier.MinIterations,
        };
        office.Sasl = new SaslServer(accounts, authenticator, _attempts, options, TimeProvider.System);
        office.Apop = new ApopChecker(accounts, _attempts, _sealer, TimeProvider.System);
    }

    private static async Task<string?> LogInAsync(SocketClient client, string mechanism, string password, SecureOffice? bound)
    {
        using var credentials = new SaslCredentials("paul", Encoding.UTF8.GetBytes(password));
        var context = new SaslClientContext
        {
            Service = "pop",
            HostName = "mail.example.org",
            AllowPlain = true,
            AllowLegacy = true,
            Channel = bound is null || !mechanism.EndsWith("-PLUS", StringComparison.Ordinal) ? null : new SecureChannel(bound.Certificate.EndPoint, default, null),
        };
        using var exchange = SaslClient.Choose([mechanism], credentials, context)!;
        var first = exchange.Start();
        await client.SendAsync(first is { } initial ? $"AUTH {mechanism} {Base64(initial)}\r\n" : $"AUTH {mechanism}\r\n");
        while (true)
        {
            var line = await client.ReadLineAsync();
            if (!line!.StartsWith("+ ", StringComparison.Ordinal))
            {
                if (line[0] == '+') Assert.True(exchange.AcceptsSuccess());
                return line;
            }

            var step = exchange.Next(Convert.FromBase64String(line[2..]));
            Assert.True(step.Ok);
            await client.SendAsync($"{Base64(step.Octets)}\r\n");
        }
    }

    private static string Base64(ReadOnlyMemory<byte> octets) => Convert.ToBase64String(octets.Span);

    private sealed class Accounts : ICredentialSource
    {
        private readonly Credentials _paul;

        public Accounts(PostOffice office, SecretSealer sealer)
        {
            var secret = Encoding.UTF8.GetBytes(PostOffice.Secret);
            var identity = office.Find("paul", PostOffice.Secret)!;
            Assert.True(EmailAddress.TryParse("paul@example.org", out var address));
            _paul = new Credentials(identity, PasswordVerifier.Create(secret, PasswordVerifier.MinIterations), Disabled: false) { SealedSecret = sealer.Seal(secret, address) };
        }

        public ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation) =>
            new(loginName is "paul" or "paul@example.org" ? _paul : null);
    }

    private sealed class Attempts : ILoginThrottle
    {
        public List<string> Recorded { get; } = [];

        public ValueTask<ThrottleAnswer> AskAsync(LoginAttempt attempt, CancellationToken cancellation) => new(new ThrottleAnswer(true, TimeSpan.Zero));

        public ValueTask RecordAsync(LoginAttempt attempt, bool granted, CancellationToken cancellation)
        {
            Recorded.Add($"{attempt.Address ?? IPAddress.None} {attempt.LoginName} {granted}");
            return ValueTask.CompletedTask;
        }
    }
}
