using System.Text.Json;

namespace Merpati.Host.Tests;

/// <summary>How long messages stay is set for domains and accounts, and shown where the other settings are.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task IsSetForADomainAndForAnAccountOfItsOwn()
    {
        await RunningServer.PrepareAsync(Data, "alice", "bob");
        await AssertShownAsync(null, null, null);
        Assert.Equal("changed example.org", (await Run("domain", "set", "example.org", "--expire", "30")).Trim());
        await AssertShownAsync("30", "30", "30");
        await Run("account", "set", "alice@example.org", "--expire", "never");
        await AssertShownAsync("30", "never", "30");
        await Run("account", "set", "bob@example.org", "--expire", "0");
        await AssertShownAsync("30", "never", "0");
        await Run("account", "set", "bob@example.org", "--quota", "1G"); // what is not named stays
        await Run("domain", "set", "example.org", "--quota", "1G");
        await AssertShownAsync("30", "never", "0");
        await Run("account", "set", "alice@example.org", "--expire", "Default");
        await Run("domain", "set", "example.org", "--expire", "NEVER");
        await AssertShownAsync("never", "never", "0");
        Assert.Contains("never", await Run("domain", "list"), StringComparison.Ordinal);
        await Run("domain", "set", "example.org", "--expire", "default");
        await AssertShownAsync(null, null, "0");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("36501")]
    [InlineData("30d")]
    [InlineData("")]
    [InlineData("2147483647")]
    public async Task RefusesWhatIsNoNumberOfDays(string text)
    {
        await RunningServer.PrepareAsync(Data, "alice");
        foreach (var verb in new[] { new[] { "domain", "set", "example.org" }, ["account", "set", "alice@example.org"] })
        {
            var result = await Command.MerpatiAsync(Data, null, [.. verb, $"--expire={text}"]);
            Assert.Equal(2, result.Status);
        }

        await AssertShownAsync(null, [null]);
    }

    private async Task<string> Run(params string[] arguments) => (await Command.MerpatiAsync(Data, null, arguments)).Fine();

    private async Task AssertShownAsync(string? domain, params string?[] accounts)
    {
        Assert.Equal([domain], await ShownAsync("domain"));
        Assert.Equal(accounts, await ShownAsync("account"));
    }

    private async Task<List<string?>> ShownAsync(string verb)
    {
        using var list = JsonDocument.Parse(await Run(verb, "list", "--json"));
        return [.. list.RootElement.EnumerateArray().Select(row => row.GetProperty("expire").GetString())];
    }
}
