using System.Text;

namespace Merpati.Host.Tests;

/// <summary>A provider and a branch office, whose mail waits at the provider until it asks for it.</summary>
public sealed class BranchOfficeTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _provider;
    private RunningServer? _branch;

    private RunningServer Provider => _provider!;

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(_folder["provider"], "branch", "other");
        (await Command.MerpatiAsync(_folder["branch"], null, "domain", "add", "otd2.constr.org")).Fine();
        (await Command.MerpatiAsync(_folder["branch"], "secret\n", "account", "add", "petrov@otd2.constr.org", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        await File.WriteAllTextAsync(Path.Combine(_folder["branch"], "provider.password"), "secret\n");
        _provider = await RunningServer.StartAsync(
            _folder["provider"], "--set", "Delivery:OnDemand:otd2.constr.org=branch@example.org", "--set", "Dns:Servers=127.0.0.1:9", "--set", "Auth:Throttle:AllowedNetworks=127.0.0.0/8");
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null) await _provider.DisposeAsync();
        if (_branch is not null) await _branch.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("atrn", "submission", "tls=required")]
    [InlineData("atrn", "submissions", "implicit tls=required")]
    [InlineData("turn", "smtp", "tls=none")]
    public async Task TheBranchGetsItsMailOverItsOwnConnection(string by, string listener, string words)
    {
        await SendAsync("first");
        await SendAsync("second");
        var address = listener switch { "smtp" => Provider.Smtp, "submission" => Provider.Submission, _ => Provider.Submissions };
        Assert.Equal("2 messages\n", (await FetchAsync("--by", by, "--from", $"{address} {words} user=branch password-file=provider.password")).Fine());
        Assert.Equal(["first", "second"], (await SubjectsAsync()).Order(StringComparer.Ordinal)); // no order is promised

        // RFC 2645 §5.2.1: nothing is left.
        Assert.Equal("0 messages\n", (await FetchAsync("--by", by, "--from", $"{address} {words} user=branch password-file=provider.password")).Fine());
    }

    [Fact]
    public async Task ARunningBranchAsksByItself()
    {
        await SendAsync("first");
        await StartBranchAsync(
            "--set", $"Provider:Route={Provider.Submission} tls=required user=branch password-file=provider.password", "--set", "Provider:Every=00:00:01");
        await Patience.UntilAsync("the first message has come", async () => (await SubjectsAsync()).Count == 1);
        await SendAsync("second");
        await Patience.UntilAsync("the second message has come", async () => (await SubjectsAsync()).Count == 2);
        Assert.Equal(0, await _branch!.StopAsync());
    }

    [Fact]
    public async Task AfterEtrnTheProviderComes()
    {
        // A route of its own for the domain: the provider tries, and the branch is not there.
        await Provider.StopAsync();
        await StartBranchAsync();
        var address = _branch!.Smtp;
        await _branch.StopAsync();
        _provider = await RunningServer.StartAsync(
            _folder["provider"], "--set", "Delivery:OnDemand:otd2.constr.org=branch@example.org", "--set", $"Delivery:Routes:otd2.constr.org={address}", "--set", "Dns:Servers=127.0.0.1:9");
        await SendAsync("first");
        await Patience.UntilAsync("the provider has tried", () => Task.FromResult(Provider.Log.Contains("cannot be reached", StringComparison.Ordinal)));
        await StartBranchAsync("--set", $"Listeners:smtp:Endpoint={address}");
        var answer = (await FetchAsync("--by", "etrn", "--from", $"{Provider.Smtp} tls=none user=branch password-file=provider.password")).Fine();
        Assert.Equal("253 2.0.0 OK, 1 pending messages for node otd2.constr.org started\n", answer);
        await Patience.UntilAsync("the message has come", async () => (await SubjectsAsync()).Count == 1);
    }

    [Theory]
    [InlineData("user=other password-file=provider.password", "450 4.7.1 ATRN request refused")]
    [InlineData("user=branch password-file=wrong.password", "535 5.7.8 Authentication failed")]
    [InlineData("", "530 5.7.0")]
    public async Task NobodyElseGetsIt(string login, string reason)
    {
        await SendAsync("first");
        await File.WriteAllTextAsync(Path.Combine(_folder["branch"], "wrong.password"), "guess\n");
        var refused = await FetchAsync("--from", $"{Provider.Smtp} tls=none {login}", "otd2.constr.org");
        Assert.Equal(1, refused.Status);
        Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
        Assert.Single(refused.Error.TrimEnd().Split('\n'));
        Assert.Empty(await SubjectsAsync());
    }

    [Theory]
    [InlineData("there is no provider: name one with --from, or set Provider:Route")]
    [InlineData("\"dns\" is no host to ask", "--from", "dns")]
    [InlineData("cannot read the provider's password", "--from", "127.0.0.1:25 user=x password-file=nothing")]
    [InlineData("127.0.0.1:1: the connection was refused", "--from", "127.0.0.1:1")]
    public async Task SaysWhatIsWrong(string fault, params string[] arguments)
    {
        var refused = await FetchAsync(arguments);
        Assert.Equal(1, refused.Status);
        Assert.Contains(fault, refused.Error, StringComparison.Ordinal);
    }

    private Task<CommandResult> FetchAsync(params string[] arguments) => Command.MerpatiAsync(_folder["branch"], null, ["queue", "fetch", .. arguments]);

    private async Task StartBranchAsync(params string[] more) =>
        _branch = await RunningServer.StartAsync(_folder["branch"], ["--set", "Server:HostName=comp3.otd2.constr.org", .. more]);

    // A stranger writes: the provider is the relay of the branch.
    private async Task SendAsync(string subject)
    {
        using var smtp = await MailDialogue.GreetAsync(Provider);
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<ivanov@otd1.constr.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync("RCPT TO:<petrov@otd2.constr.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message(subject)));
        Assert.StartsWith("250", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> SubjectsAsync()
    {
        var exported = _folder[$"export-{Guid.NewGuid():N}"];
        (await Command.MerpatiAsync(_folder["branch"], null, "mailbox", "export", "petrov@otd2.constr.org", "--to", exported)).Fine();
        var files = Directory.GetFiles(exported, "*.eml").OrderBy(file => file.Length).ThenBy(file => file, StringComparer.Ordinal);
        return [.. files.Select(file => File.ReadAllLines(file, Encoding.Latin1).First(line => line.StartsWith("Subject: ", StringComparison.Ordinal))["Subject: ".Length..])];
    }
}
