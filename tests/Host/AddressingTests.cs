using System.Text;
using System.Text.Json;

namespace Merpati.Host.Tests;

/// <summary>Aliases, groups, forwards, catch-alls and quotas: set beside the running server, delivered by SMTP, read by POP3.</summary>
public sealed class AddressingTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _server;
    private LineClient? _smtp;

    private string Data => _folder["data"];

    private RunningServer Server => _server!;

    private LineClient Smtp => _smtp!;

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(Data, "alice", "bob", "carol");
        _server = await RunningServer.StartAsync(Data);
        _smtp = await MailDialogue.GreetAsync(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _smtp?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task AnAliasDeliversOnceToEachOfItsTargetsAndHoldsAtOnce()
    {
        await Expect("550 5.1.1", "sales@example.org");
        await Run("alias", "add", "sales@example.org", "alice@example.org", "bob@example.org");
        await Run("alias", "add", "info@example.org", "sales@example.org", "alice@example.org");
        await Deliver("to info", "info@example.org");
        Assert.Equal(1, await CountAsync("alice"));
        Assert.Equal(1, await CountAsync("bob"));
        Assert.Equal(0, await CountAsync("carol"));
        await Refuses("would lead back to itself", "alias", "add", "sales@example.org", "info@example.org");
        await Refuses("there already, as an account", "alias", "add", "carol@example.org", "alice@example.org");
        await Refuses("not one of ours", "alias", "add", "sales@example.net", "alice@example.org");
        await Run("alias", "remove", "info@example.org", "alice@example.org");
        Assert.Equal([("info@example.org", "sales@example.org"), ("sales@example.org", "alice@example.org bob@example.org")], await ListAliasesAsync());
        await Run("alias", "remove", "info@example.org");
        await Expect("550 5.1.1", "info@example.org");
        await Refuses("no alias info@example.org", "alias", "remove", "info@example.org");
    }

    [Fact]
    public async Task AGroupReachesItsMembersOnceEachAndSaysWhoMayPost()
    {
        await Run("group", "add", "staff@example.org", "--name", "The staff", "--member", "alice@example.org", "bob@example.org");
        await Run("group", "add", "all@example.org", "--member", "staff@example.org", "alice@example.org", "carol@example.org", "--post", "named", "--poster", "alice@example.org");
        await Deliver("to staff", "staff@example.org");
        var read = Encoding.UTF8.GetString(Assert.Single(await MailDialogue.ReadAllAsync(Server)));
        Assert.Contains("List-Id: ", read, StringComparison.Ordinal);
        Assert.Contains("staff.example.org", read, StringComparison.Ordinal);
        await Expect("550 5.7.2", "all@example.org");
        await Run("group", "set", "all@example.org", "--post", "anyone", "--hide-members");
        await Deliver("to all", "all@example.org");
        Assert.Equal(2, await CountAsync("alice"));
        Assert.Equal(1, await CountAsync("carol"));

        await Run("group", "remove-member", "staff@example.org", "bob@example.org");
        await Refuses("none of them", "group", "remove-member", "staff@example.org", "bob@example.org");
        await Refuses("would lead back", "group", "add-member", "staff@example.org", "all@example.org");
        await Run("group", "add-member", "staff@example.org", "carol@example.org");
        await Deliver("again", "staff@example.org");
        Assert.Equal(2, await CountAsync("bob"));
        Assert.Equal(2, await CountAsync("carol"));
        using var groups = JsonDocument.Parse(await Run("group", "list", "--json"));
        Assert.Equal(["all@example.org False anyone", "staff@example.org True anyone"],
            groups.RootElement.EnumerateArray().Select(group => $"{group.GetProperty("group").GetString()} {group.GetProperty("shown").GetBoolean()} {group.GetProperty("post").GetString()}"));
        await Run("group", "remove", "staff@example.org");
        await Expect("550 5.1.1", "staff@example.org");
    }

    [Fact]
    public async Task ForwardsAreCarriedToldOrSilent()
    {
        await Run("forward", "add", "old@example.org", "bob@example.org");
        await Run("forward", "add", "told@example.org", "someone@example.net", "--tell");
        await Run("forward", "add", "quiet@example.org", "bob@example.org", "--silent");
        await Expect("251 2.1.5", "old@example.org");
        await Expect("551 5.1.6", "told@example.org");
        Assert.Contains("<someone@example.net>", await AskRcptAsync("told@example.org"), StringComparison.Ordinal);
        await Expect("250 2.1.5", "quiet@example.org");
        await Deliver("quietly", "quiet@example.org");
        Assert.Equal(1, await CountAsync("bob"));

        var elsewhere = await Command.MerpatiAsync(Data, null, "forward", "add", "gone@example.org", "someone@example.net");
        Assert.Equal("", elsewhere.Error);
        await Expect("251 2.1.5", "gone@example.org");
        await Refuses("there already, as a forward", "account", "add", "old@example.org");
        await Run("forward", "remove", "old@example.org");
        await Expect("550 5.1.1", "old@example.org");
        using var list = JsonDocument.Parse(await Run("forward", "list", "--json"));
        Assert.Equal(["forward", "silent", "tell"], list.RootElement.EnumerateArray().Select(forward => forward.GetProperty("mode").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task CatchAllDetailsAndQuotasHoldAtOnce()
    {
        await Deliver("detail", "alice+lists@example.org");
        Assert.Equal(1, await CountAsync("alice"));
        await Expect("550 5.1.1", "whoever@example.org");
        await Run("domain", "set", "example.org", "--catch-all", "bob@example.org");
        await Deliver("caught", "whoever@example.org");
        Assert.Equal(1, await CountAsync("bob"));
        await Run("domain", "set", "example.org", "--catch-all", "none", "--account-quota", "1K");
        await Expect("550 5.1.1", "whoever@example.org");
        await Expect("552 5.2.2", "carol@example.org", size: 2000);
        await Run("account", "set", "carol@example.org", "--quota", "none");
        await Expect("250", "carol@example.org", size: 2000);
        await Run("account", "set", "carol@example.org", "--quota", "default");
        await Expect("552 5.2.2", "carol@example.org", size: 2000);
        using var domains = JsonDocument.Parse(await Run("domain", "list", "--json"));
        Assert.Equal(1024, domains.RootElement[0].GetProperty("accountquota").GetInt64());
        Assert.Equal(JsonValueKind.Null, domains.RootElement[0].GetProperty("catchall").ValueKind);
        await Refuses("not a size", "domain", "set", "example.org", "--quota", "much");
    }

    [Fact]
    public async Task AnAddressBeyondAsciiHasAMailboxForThoseWhoSpeakSmtpUtf8()
    {
        await Run("alias", "add", "почта@example.org", "bob@example.org");
        (await Command.MerpatiAsync(Data, "secret\n", "account", "add", "иван@example.org", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        Assert.Contains("иван@example.org", await Run("account", "list"), StringComparison.Ordinal);
        Assert.StartsWith("250", await Smtp.AskAsync("MAIL FROM:<sender@example.com> SMTPUTF8"), StringComparison.Ordinal);
        foreach (var recipient in new[] { "почта@example.org", "ИВАН@example.org" }) Assert.StartsWith("250", await AskUtf8Async($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
        Assert.StartsWith("550 5.1.1", await AskUtf8Async("RCPT TO:<пётр@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await Smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await Smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message("beyond")));
        Assert.StartsWith("250", await Smtp.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("bob"));
        using var list = JsonDocument.Parse(await Run("mailbox", "list", "иван@example.org", "--json"));
        Assert.Equal("beyond", Assert.Single(list.RootElement.EnumerateArray()).GetProperty("subject").GetString());
    }

    [Fact]
    public async Task CheckTellsWhatLeadsNowhere()
    {
        await Run("alias", "add", "sales@example.org", "carol@example.org", "someone@example.net");
        await Run("group", "add", "staff@example.org", "--member", "bob@example.org");
        await Run("group", "add", "empty@example.org");
        await Run("account", "remove", "carol@example.org", "--yes");
        await Run("account", "disable", "bob@example.org");
        string[] ports = [.. new[] { "smtp", "submission", "submissions", "pop3", "pop3s" }.SelectMany(name => new[] { "--set", $"Listeners:{name}:Endpoint=off" })];
        var report = await Run(["check", .. ports]);
        Assert.Contains("the alias sales@example.org leads to carol@example.org, and nothing is there", report, StringComparison.Ordinal);
        Assert.DoesNotContain("someone@example.net", report, StringComparison.Ordinal); // only that host knows who is there
        Assert.Contains("the group staff@example.org leads to bob@example.org, which is disabled", report, StringComparison.Ordinal);
        Assert.Contains("the group empty@example.org has no members", report, StringComparison.Ordinal);
    }

    private async Task<string> Run(params string[] arguments) => (await Command.MerpatiAsync(Data, null, arguments)).Fine();

    private async Task Refuses(string line, params string[] arguments)
    {
        var result = await Command.MerpatiAsync(Data, null, arguments);
        Assert.NotEqual(0, result.Status);
        Assert.Contains(line, result.Error, StringComparison.Ordinal);
    }

    // The client sends each character as an octet.
    private Task<string> AskUtf8Async(string command) => Smtp.AskAsync(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(command)));

    private async Task<string> AskRcptAsync(string recipient, int size = 0)
    {
        await Smtp.AskAsync("RSET");
        Assert.StartsWith("250", await Smtp.AskAsync($"MAIL FROM:<sender@example.com>{(size > 0 ? $" SIZE={size}" : "")}"), StringComparison.Ordinal);
        return await Smtp.AskAsync($"RCPT TO:<{recipient}>");
    }

    private async Task Expect(string reply, string recipient, int size = 0) => Assert.StartsWith(reply, await AskRcptAsync(recipient, size), StringComparison.Ordinal);

    private async Task Deliver(string subject, string recipient)
    {
        await Smtp.AskAsync("RSET");
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(Smtp, MailDialogue.Message(subject), recipient), StringComparison.Ordinal);
    }

    private async Task<int> CountAsync(string user) => (await MailDialogue.ReadAllAsync(Server, user)).Count;

    private async Task<List<(string Alias, string Targets)>> ListAliasesAsync()
    {
        using var list = JsonDocument.Parse(await Run("alias", "list", "--json"));
        return [.. list.RootElement.EnumerateArray().Select(alias =>
            (alias.GetProperty("alias").GetString()!, string.Join(' ', alias.GetProperty("targets").EnumerateArray().Select(target => target.GetString()).Order(StringComparer.Ordinal))))];
    }
}
