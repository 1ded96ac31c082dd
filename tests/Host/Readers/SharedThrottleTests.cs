using System.Text;

namespace Merpati.Host.Tests.Readers;

/// <summary>Whoever guesses at passwords by POP3 is refused by SMTP too, until the administrator lifts it for both.</summary>
public sealed class SharedThrottleTests : IDisposable
{
    private static readonly string[] Strict = ["--set", "Auth:Throttle:AddressLimit=3", "--set", "Auth:Throttle:FirstDelay=00:00:00"];

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GuessesOverBothProtocolsAreCountedTogether()
    {
        await RunningServer.PrepareAsync(Data, "alice", "bob");
        await using var server = await RunningServer.StartAsync(Data, Strict);
        Assert.StartsWith("-ERR [AUTH]", await PassAsync(server, "bob", "wrong"), StringComparison.Ordinal);
        Assert.StartsWith("535 5.7.8", await AuthAsync(server, "alice", "wrong"), StringComparison.Ordinal);
        Assert.StartsWith("-ERR [AUTH]", await PassAsync(server, "alice", "wrong again"), StringComparison.Ordinal);
        Assert.StartsWith("454 4.7.0", await AuthAsync(server, "alice", "secret"), StringComparison.Ordinal);
        Assert.StartsWith("-ERR [SYS/TEMP]", await PassAsync(server, "bob", "secret"), StringComparison.Ordinal);
        (await Command.MerpatiAsync(Data, null, "throttle", "lift", "127.0.0.1")).Fine();
        Assert.StartsWith("+OK", await PassAsync(server, "bob", "secret"), StringComparison.Ordinal);
        Assert.StartsWith("235", await AuthAsync(server, "alice", "secret"), StringComparison.Ordinal);
    }

    private static async Task<string> PassAsync(RunningServer server, string user, string password)
    {
        using var pop3 = await LineClient.ConnectAsync(server.Pop3);
        await pop3.AskAsync($"USER {user}");
        return await pop3.AskAsync($"PASS {password}");
    }

    private static async Task<string> AuthAsync(RunningServer server, string user, string password)
    {
        using var smtp = await LineClient.ConnectAsync(server.Submission);
        await smtp.AskAsync("EHLO client.example.com");
        return await smtp.AskAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{user}@example.org\0{password}"))}");
    }
}
