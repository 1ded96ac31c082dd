namespace Merpati.Host.Tests;

/// <summary>
/// The network of the seed on one machine (docs/operating/two-hosts.md): a DNS server, departments with Merpati, one with Postfix, a branch office and
/// somebody outside, each in a network namespace of its own.
/// </summary>
public sealed class NetworkTests
{
    [Fact]
    public async Task DepartmentsABranchAndAForeignHostExchangeMail()
    {
        var tools = Path.Combine(Repository.Root, "artifacts", "tools");
        var needed = new[] { "nsd/usr/sbin/nsd", "postfix/usr/lib/postfix/sbin/master" };
        foreach (var tool in needed) Assert.SkipUnless(File.Exists(Path.Combine(tools, tool)), $"{tool} is not there and could not be had");
        foreach (var tool in new[] { "ip", "unshare", "nsenter", "curl" }) Command.Need(tool);
        var may = await Command.RunAsync("unshare", ["--net", "--mount", "--pid", "--fork", "ip", "link", "add", "probe", "type", "bridge"]);
        Assert.SkipWhen(may.Status != 0, $"network namespaces cannot be made here: {may.Error.Trim()}");

        var network = await Command.RunAsync("bash", [Path.Combine(Repository.Root, "tests", "Host", "two-hosts.sh"), Repository.Program, tools]);
        var lines = network.Fine().TrimEnd().Split('\n');
        Assert.All(lines[..^1], line => Assert.StartsWith("ok - ", line, StringComparison.Ordinal));
        Assert.Equal("done", lines[^1]);
        Assert.Equal(20, lines.Length);
    }
}
