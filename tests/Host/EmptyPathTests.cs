namespace Merpati.Host.Tests;

/// <summary>A path that is empty, as an unset variable of a script makes it, is wrong usage, said in a line.</summary>
public sealed class EmptyPathTests
{
    [Theory]
    [InlineData("the path after --data is empty", "domain", "list", "--data", "")]
    [InlineData("the path after --data is empty", "setup", "you@example.org", "--data", "")]
    [InlineData("the path after --data is empty", "fetch", "pop3://alice@127.0.0.1:1/", "--password-stdin", "--data", "")]
    [InlineData("the path after --config is empty", "serve", "--config", "")]
    [InlineData("the path after --trust is empty", "send", "--to", "a@example.org", "--from", "b@example.org", "--server", "127.0.0.1:1", "--trust", "")]
    [InlineData("the path of a file to read is empty", "send", "--to", "a@example.org", "--from", "b@example.org", "--text", "x", "--attach", "")]
    [InlineData("the path of a file to read is empty", "send", "--message", "")]
    [InlineData("the path is empty", "fetch", "pop3://alice@127.0.0.1:1/", "--password-stdin", "--save", "")]
    public async Task IsWrongUsage(string why, params string[] arguments)
    {
        var result = await Command.RunAsync(Repository.Program, arguments, "secret\n");
        Assert.True(result.Status == 2, $"status {result.Status}\n{result.Error}");
        Assert.StartsWith($"merpati: {why}\n", result.Error, StringComparison.Ordinal);
    }
}
