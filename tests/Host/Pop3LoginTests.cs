using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>APOP, the login delay and the announced expiry, as the configuration says.</summary>
public sealed class Pop3LoginTests : IDisposable
{
    private const string Legacy = "legacy@example.org";

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ApopIsForLegacyAccountsAndSharesTheThrottle()
    {
        await PrepareAsync();
        await using var server = await RunningServer.StartAsync(
            Data, "--set", "Auth:LegacyMechanisms=apop", "--set", "Auth:Throttle:AddressLimit=3", "--set", "Auth:Throttle:FirstDelay=00:00:00");
        Assert.StartsWith("+OK legacy's maildrop", await ApopAsync(server, Legacy, "secret"), StringComparison.Ordinal);
        Assert.StartsWith("+OK legacy's maildrop", await ApopAsync(server, "legacy", "secret"), StringComparison.Ordinal);

        // Alice has a password, but nobody here knows it.
        Assert.Equal("-ERR [AUTH] Invalid login name or password.", await ApopAsync(server, "alice", "secret"));
        Assert.Equal("-ERR [AUTH] Invalid login name or password.", await ApopAsync(server, "legacy", "wrong"));
        Assert.Equal("-ERR [AUTH] Invalid login name or password.", await ApopAsync(server, "nobody", "secret"));
        Assert.StartsWith("-ERR [SYS/TEMP] Too many logins have failed", await ApopAsync(server, Legacy, "secret"), StringComparison.Ordinal);
        using var smtp = await LineClient.ConnectAsync(server.Submission);
        await smtp.AskAsync("EHLO client.example.com");
        Assert.StartsWith("454 4.7.0", await smtp.AskAsync($"AUTH PLAIN {Convert.ToBase64String("\0alice\0secret"u8)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApopIsNotThereUnlessAllowed()
    {
        await PrepareAsync();
        await using var server = await RunningServer.StartAsync(Data, "--set", "Auth:LegacyMechanisms=cram-md5");
        using var client = await LineClient.ConnectAsync(server.Pop3);
        Assert.Equal("+OK mx.example.org POP3 Merpati ready", client.Greeting);
        Assert.Equal("-ERR The APOP command is not offered here.", await client.AskAsync("APOP legacy c4c9334bac560ecc979e58001b3e22fb"));
    }

    [Fact]
    public async Task TheDelayAndTheExpiryAreThoseOfTheConfiguration()
    {
        await PrepareAsync();
        await using var server = await RunningServer.StartAsync(Data, "--set", "Pop3:LoginDelay=00:10:00", "--set", "Pop3:Expire=30");
        using (var client = await LineClient.ConnectAsync(server.Pop3))
        {
            Assert.Equal("+OK", await client.AskAsync("USER alice"));
            Assert.StartsWith("+OK", await client.AskAsync("PASS secret"), StringComparison.Ordinal);
            await client.AskAsync("CAPA");
            var offered = Encoding.ASCII.GetString((await client.ReadTextAsync())!).Split("\r\n");
            Assert.Contains("EXPIRE 30", offered);
            Assert.Contains("LOGIN-DELAY 600", offered);
            Assert.StartsWith("+OK", await client.AskAsync("QUIT"), StringComparison.Ordinal);
        }

        using var again = await LineClient.ConnectAsync(server.Pop3);
        Assert.Equal("+OK", await again.AskAsync("USER alice@example.org"));
        Assert.StartsWith("-ERR [LOGIN-DELAY] ", await again.AskAsync("PASS secret"), StringComparison.Ordinal);
    }

    private async Task PrepareAsync()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        (await Command.MerpatiAsync(Data, "secret", "account", "add", Legacy, "--legacy-auth", "--password-stdin")).Fine();
    }

    [SuppressMessage("Security", "CA5351", Justification = "RFC 1939 is made of MD5.")]
    private static async Task<string> ApopAsync(RunningServer server, string name, string password)
    {
        using var client = await LineClient.ConnectAsync(server.Pop3);
        var timestamp = client.Greeting[client.Greeting.IndexOf('<', StringComparison.Ordinal)..];
        var digest = Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(timestamp + password)));
        var reply = await client.AskAsync($"APOP {name} {digest}");
        await client.AskAsync("QUIT");
        return reply;
    }
}
