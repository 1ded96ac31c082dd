using System.Text;
using Merpati.Auth;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;
using Merpati.Transcripts;

namespace Merpati.Smtp.Tests;

/// <summary>AUTH with the real mechanisms, our own client at the other end.</summary>
public sealed class RealLoginTests : IDisposable
{
    private readonly PasswordChecker _checker = new(new PasswordCheckerOptions { Threads = 1, Iterations = PasswordVerifier.MinIterations }, TimeProvider.System);

    public void Dispose() => _checker.Dispose();

    [Theory]
    [InlineData(SaslMechanisms.ScramSha256, true)]
    [InlineData(SaslMechanisms.ScramSha256, false)]
    [InlineData(SaslMechanisms.Plain, true)]
    [InlineData(SaslMechanisms.Plain, false)]
    [InlineData(SaslMechanisms.Login, false)]
    public async Task LogsInByEveryMechanism(string mechanism, bool initialResponse)
    {
        await using var client = Connect();
        Assert.Equal("AUTH SCRAM-SHA-256 PLAIN LOGIN", (await AuthTests.EhloAsync(client))[^1]);
        Assert.Equal("235 2.7.0 Authenticated", await LogInAsync(client, mechanism, "secret", initialResponse));
        await client.SendAsync("MAIL FROM:<bob@example.org>\r\n");
        Assert.StartsWith("553 5.7.1 ", await client.ReadLineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SaslMechanisms.ScramSha256)]
    [InlineData(SaslMechanisms.Plain)]
    [InlineData(SaslMechanisms.Login)]
    public async Task RefusesAWrongPassword(string mechanism)
    {
        await using var client = Connect();
        await AuthTests.EhloAsync(client);
        Assert.Equal("535 5.7.8 Authentication failed", await LogInAsync(client, mechanism, "wrong", initialResponse: true));
        Assert.Equal("235 2.7.0 Authenticated", await LogInAsync(client, mechanism, "secret", initialResponse: true));
    }

    private MemoryClient Connect()
    {
        var accounts = new OneAccount();
        var options = new SaslServerOptions { Iterations = PasswordVerifier.MinIterations };
        var sasl = new SaslServer(accounts, new Authenticator(accounts, _checker), null, options, TimeProvider.System);
        return new TestServer { NewPartners = partners => partners with { Sasl = sasl } }.Connect();
    }

    // RFC 4954 §4: what goes with the success is a challenge, answered by an empty line.
    private static async Task<string?> LogInAsync(MemoryClient client, string mechanism, string password, bool initialResponse)
    {
        using var credentials = new SaslCredentials("alice", Encoding.UTF8.GetBytes(password));
        using var exchange = SaslClient.Choose([mechanism], credentials, new SaslClientContext { Service = "smtp", HostName = "mx.example.org", AllowPlain = true })!;
        var first = exchange.Start();
        await client.SendAsync(initialResponse && first is { } sent ? $"AUTH {mechanism} {Base64(sent)}\r\n" : $"AUTH {mechanism}\r\n");
        if (!initialResponse && first is { } later)
        {
            Assert.Equal("334 ", await client.ReadLineAsync());
            await client.SendAsync($"{Base64(later)}\r\n");
        }

        while (true)
        {
            var line = await client.ReadLineAsync();
            if (!line!.StartsWith("334 ", StringComparison.Ordinal))
            {
                if (line[0] == '2') Assert.True(exchange.AcceptsSuccess());
                return line;
            }

            var step = exchange.Next(Convert.FromBase64String(line[4..]));
            Assert.True(step.Ok);
            await client.SendAsync($"{Base64(step.Octets)}\r\n");
        }
    }

    private static string Base64(ReadOnlyMemory<byte> octets) => Convert.ToBase64String(octets.Span);

    private sealed class OneAccount : ICredentialSource
    {
        private readonly Credentials _alice = new(MemorySasl.Alice, PasswordVerifier.Create("secret"u8, PasswordVerifier.MinIterations), Disabled: false);

        public ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation) => new(loginName == "alice" ? _alice : null);
    }
}
