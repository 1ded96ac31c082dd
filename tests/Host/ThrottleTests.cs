using System.Text;
using System.Text.Json;

namespace Merpati.Host.Tests;

/// <summary>Guessing at passwords is refused for a time, over all protocols, until an administrator lifts it.</summary>
public sealed class ThrottleTests : IDisposable
{
    private static readonly string[] Strict = ["--set", "Auth:Throttle:AddressLimit=2", "--set", "Auth:Throttle:FirstDelay=00:00:00"];

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AGuesserIsRefusedListedAndLifted()
    {
        await RunningServer.PrepareAsync(Data, "alice", "bob");
        await using var server = await RunningServer.StartAsync(Data, Strict);
        Assert.StartsWith("535", await LogInAsync(server, "wrong"), StringComparison.Ordinal);
        Assert.StartsWith("535", await LogInAsync(server, "wrong too"), StringComparison.Ordinal);
        Assert.StartsWith("454 4.7.0", await LogInAsync(server, "secret"), StringComparison.Ordinal);
        using (var pop3 = await LineClient.ConnectAsync(server.Pop3))
        {
            await pop3.AskAsync("USER bob");
            Assert.StartsWith("-ERR", await pop3.AskAsync("PASS secret"), StringComparison.Ordinal);
        }

        using var list = JsonDocument.Parse((await Command.MerpatiAsync(Data, null, "throttle", "list", "--json")).Fine());
        var entry = Assert.Single(list.RootElement.EnumerateArray(), entry => entry.GetProperty("scope").GetString() == "address");
        Assert.Equal("127.0.0.1", entry.GetProperty("key").GetString());
        Assert.NotEqual("", entry.GetProperty("reason").GetString());
        Assert.True(entry.GetProperty("until").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());

        (await Command.MerpatiAsync(Data, null, "throttle", "lift", "127.0.0.1")).Fine();
        Assert.StartsWith("235", await LogInAsync(server, "secret"), StringComparison.Ordinal);
        var again = await Command.MerpatiAsync(Data, null, "throttle", "lift", "127.0.0.1");
        Assert.Equal(1, again.Status);
        Assert.Contains("127.0.0.1 is not refused", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllowedNetworksNeverCount()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(Data, [.. Strict, "--set", "Auth:Throttle:AllowedNetworks=127.0.0.0/8, ::1"]);
        for (var i = 0; i < 4; i++) Assert.StartsWith("535", await LogInAsync(server, $"wrong {i}"), StringComparison.Ordinal);
        Assert.StartsWith("235", await LogInAsync(server, "secret"), StringComparison.Ordinal);
        Assert.Equal("[]", (await Command.MerpatiAsync(Data, null, "throttle", "list", "--json")).Fine().Trim());
    }

    private static async Task<string> LogInAsync(RunningServer server, string password)
    {
        using var smtp = await LineClient.ConnectAsync(server.Submission);
        await smtp.AskAsync("EHLO client.example.com");
        return await smtp.AskAsync($"AUTH PLAIN {Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0alice@example.org\0{password}"))}");
    }
}
