using System.Text.Json;

namespace Merpati.Host.Tests;

/// <summary>The contract of the command line: statuses, lines on standard error, JSON.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    private Task<CommandResult> Run(params string[] arguments) => Command.MerpatiAsync(Data, null, [.. arguments, "--set", "Auth:Iterations=4096"]);

    private async Task Refuses(int status, string line, params string[] arguments)
    {
        var result = await Run(arguments);
        Assert.True(result.Status == status, $"{string.Join(' ', arguments)}: {result}");
        Assert.StartsWith("merpati: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(line, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("setup")]
    [InlineData("serve")]
    [InlineData("domain")]
    [InlineData("domain", "add")]
    [InlineData("account")]
    [InlineData("account", "import")]
    [InlineData("account", "passwd")]
    [InlineData("mailbox")]
    [InlineData("mailbox", "export")]
    [InlineData("check")]
    [InlineData("progin")]
    [InlineData("progin", "send")]
    [InlineData("progin", "fetch")]
    [InlineData("alias")]
    [InlineData("alias", "add")]
    [InlineData("group")]
    [InlineData("group", "import")]
    [InlineData("forward", "add")]
    [InlineData("domain", "set")]
    [InlineData("account", "set")]
    [InlineData("account", "export")]
    [InlineData("throttle", "lift")]
    [InlineData("terminal")]
    public async Task EveryVerbHasHelp(params string[] verb)
    {
        var help = (await Command.RunAsync(Repository.Program, [.. verb, "--help"])).Fine();
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        Assert.Contains("--data", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongUsageIsStatusTwo()
    {
        await Refuses(2, "Try 'merpati", "nonsense");
        await Refuses(2, "Try 'merpati domain add --help'", "domain", "add");
        await Refuses(2, "Try 'merpati", "serve", "--nonsense");
        await Refuses(2, "not a domain", "domain", "add", "exa mple");
        await Refuses(2, "not an address", "account", "add", "alice");
        await Refuses(2, "Key:Sub=value", "domain", "list", "--set", "nonsense");
    }

    [Theory]
    [InlineData("nonsense", 2)]
    [InlineData("demo nonsense", 2)]
    [InlineData("talk smtp 127.0.0.1:1", 1)]
    public async Task TheStatusIsTheSameWhereNobodyCanBeTold(string arguments, int status) =>
        Assert.Equal(status, (await Command.RunAsync("sh", ["-c", $"'{Repository.Program}' {arguments} 2>/dev/full"])).Status);

    [Fact]
    public async Task DomainsAreAddedListedAndRemoved()
    {
        (await Run("domain", "add", "example.org")).Fine();
        (await Run("domain", "add", "Пример.рф")).Fine();
        await Refuses(1, "already there", "domain", "add", "EXAMPLE.org");
        using var list = JsonDocument.Parse((await Run("domain", "list", "--json")).Fine());
        Assert.Equal(["example.org", "xn--e1afmkfd.xn--p1ai"], list.RootElement.EnumerateArray().Select(domain => domain.GetProperty("domain").GetString()!));
        await Refuses(1, "no domain", "domain", "remove", "example.net");
        (await Run("account", "add", "alice@example.org")).Fine();
        await Refuses(1, "still has accounts", "domain", "remove", "example.org");
        (await Run("account", "remove", "alice@example.org")).Fine();
        (await Run("domain", "remove", "example.org")).Fine();
    }

    [Fact]
    public async Task AccountsAreAddedListedAndRefused()
    {
        await Refuses(1, "not one of ours", "account", "add", "alice@example.org");
        (await Run("domain", "add", "example.org")).Fine();
        Assert.Contains("password: ", (await Run("account", "add", "alice@example.org", "--name", "Alice Adams")).Fine(), StringComparison.Ordinal);
        await Refuses(1, "already there", "account", "add", "ALICE@example.org");
        await Refuses(1, "no account", "account", "passwd", "bob@example.org");
        await Refuses(1, "no account", "account", "disable", "bob@example.org");
        await Refuses(1, "no account", "account", "remove", "bob@example.org");
        await Refuses(1, "no account", "mailbox", "list", "bob@example.org");
        await Refuses(1, "the password is empty", "account", "add", "bob@example.org", "--password-stdin");
        using var list = JsonDocument.Parse((await Run("account", "list", "--json")).Fine());
        var account = Assert.Single(list.RootElement.EnumerateArray());
        Assert.Equal("alice@example.org", account.GetProperty("address").GetString());
        Assert.Equal("Alice Adams", account.GetProperty("name").GetString());
        Assert.True(account.GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task ImportsPasswordsAndVerifiersAndTellsEachRowThatFails()
    {
        (await Run("domain", "add", "example.org")).Fine();
        const string Verifier = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";
        var file = _folder["people.csv"];
        await File.WriteAllLinesAsync(file, ["address,name,password", "a@example.org,\"Adams, Alice\",one two", $"b@example.org,Bob,{Verifier}", "c@example.org,,", "d@example.net,,x"]);
        var result = await Run("account", "import", file);
        Assert.Equal(1, result.Status);
        Assert.Contains("added 3 of 4", result.Output, StringComparison.Ordinal);
        Assert.Contains("line 5: the domain example.net is not one of ours", result.Error, StringComparison.Ordinal);

        await using var server = await RunningServer.StartAsync(Data);
        using (await MailDialogue.LogInAsync(server, "a", "one two"))
        {
        }

        using (await MailDialogue.LogInAsync(server, "b", "pencil"))
        {
        }
    }

    [Fact]
    public async Task ImportsNothingFromAFileWithAMalformedRow()
    {
        (await Run("domain", "add", "example.org")).Fine();
        var file = _folder["people.csv"];
        await File.WriteAllLinesAsync(file, ["a@example.org,,x", "nobody,,x", "b@example.org,,SCRAM-SHA-1$1:x$y:z"]);
        await Refuses(1, "line 2: \"nobody\" is not an address", "account", "import", file);
        await Refuses(1, "line 3: the verifier is malformed", "account", "import", file);
        Assert.Equal("[]", (await Run("account", "list", "--json")).Fine().Trim());
        await Refuses(1, "no file", "account", "import", _folder["missing.csv"]);
    }

    [Fact]
    public async Task ThePasswordIsNowhereInClear()
    {
        (await Run("domain", "add", "example.org")).Fine();
        (await Command.MerpatiAsync(Data, "Kukuru23432\n", "account", "add", "paul@example.org", "--password-stdin", "--set", "Auth:Iterations=4096")).Fine();
        await using (var server = await RunningServer.StartAsync(Data, "--set", "Log:Level=debug"))
        {
            using (await MailDialogue.LogInAsync(server, "paul", "Kukuru23432"))
            {
            }

            using (var pop3 = await LineClient.ConnectAsync(server.Pop3))
            {
                await pop3.AskAsync("USER paul");
                await pop3.AskAsync("PASS Wrong23432");
            }

            Assert.Equal(0, await server.StopAsync());
            Assert.DoesNotContain("23432", server.Log, StringComparison.Ordinal);
        }

        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories))
        {
            Assert.False((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf("Kukuru23432"u8) >= 0, file);
        }
    }

    [Fact]
    public async Task AWrongConfigurationStopsTheStartWithKeyValueAndWhatIsAllowed()
    {
        await Refuses(1, "there is no key Smtp:Nonsense", "serve", "--set", "Smtp:Nonsense=1");
        await Refuses(1, "there is no key MaxMessageBytes (perhaps Mail:MaxMessageBytes)", "serve", "--set", "MaxMessageBytes=1");
        await Refuses(1, "Smtp:BareNewlines = \"maybe\" is not allowed; it takes refuse, normalise", "serve", "--set", "Smtp:BareNewlines=maybe");
        await Refuses(1, "Mail:MaxMessageBytes = \"-1\"", "serve", "--set", "Mail:MaxMessageBytes=-1");
        await Refuses(1, "Listeners:smtp:Endpoint = \"127.0.0.1\"", "serve", "--set", "Listeners:smtp:Endpoint=127.0.0.1");
        await Refuses(1, "Listeners:progin:Endpoint = \"2109\"", "serve", "--set", "Listeners:progin:Endpoint=2109");
        await Refuses(1, "Pop3:Expire = \"soon\" is not allowed; it takes never, or days from 0 to 36500", "serve", "--set", "Pop3:Expire=soon");
        await Refuses(1, "there is no file", "serve", "--config", _folder["missing.json"]);
        var file = _folder["broken.json"];
        await File.WriteAllTextAsync(file, "{ \"Mail\": { // comment\n  \"MaxMessageBytes\": }");
        await Refuses(1, "configuration: ", "serve", "--config", file);
        await File.WriteAllTextAsync(file, "{ /* comment */ \"Mail\": { \"MaxMessageBytes\": 1 } }");
        await Refuses(1, "Mail:MaxMessageBytes = \"1\"", "domain", "list", "--config", file);
        Assert.Contains("Mail:MaxMessageBytes = \"1\"", (await Run("check", "--config", file)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheLastSetOfAKeyWins()
    {
        (await Run("domain", "list", "--set", "Smtp:MaxErrors=nonsense", "--set", "smtp:maxerrors=30")).Fine();
        await Refuses(1, "Smtp:MaxErrors = \"nonsense\"", "domain", "list", "--set", "smtp:maxerrors=30", "--set", "Smtp:MaxErrors=nonsense");
    }

    [Fact]
    public async Task ChecksAStoreBesideAServerAndAlone()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using (var server = await RunningServer.StartAsync(Data))
        {
            using var smtp = await MailDialogue.GreetAsync(server);
            await MailDialogue.SendAsync(smtp, MailDialogue.Message("x"), "alice@example.org");
            var report = (await Run("check", "--set", $"Listeners:smtp:Endpoint={server.Smtp}", "--set", "Listeners:pop3:Endpoint=off",
                "--set", $"Listeners:submission:Endpoint={server.Submission}", "--set", $"Listeners:submissions:Endpoint={server.Submissions}",
                "--set", $"Listeners:pop3s:Endpoint={server.Pop3s}", "--set", $"Listeners:progin:Endpoint={server.Progin}")).Fine();
            Assert.Contains("sound; 1 domains, 1 accounts", report, StringComparison.Ordinal);
            Assert.Contains("answers \"220 mx.example.org ESMTP Merpati\"", report, StringComparison.Ordinal);
            Assert.Contains($"{server.Pop3s} answers \"+OK mx.example.org POP3 Merpati ready\"", report, StringComparison.Ordinal);
            Assert.Contains($"{server.Progin} answers \"OK\"", report, StringComparison.Ordinal);
            Assert.Contains("another program has this port", (await Run("check", "--set", $"Listeners:progin:Endpoint={server.Smtp}")).Output, StringComparison.Ordinal);
        }

        await Refuses(1, "checks failed", "check", "--set", "Listeners:smtp:Endpoint=203.0.113.1:2525", "--set", "Listeners:pop3:Endpoint=off");
    }

    [Fact]
    public async Task ShowsListsAndExportsAMailbox()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using (var server = await RunningServer.StartAsync(Data))
        {
            using var smtp = await MailDialogue.GreetAsync(server);
            await MailDialogue.SendAsync(smtp, MailDialogue.Message("first"), "alice@example.org");
            await MailDialogue.SendAsync(smtp, MailDialogue.Message("second"), "alice@example.org");
            var kept = await MailDialogue.ReadAllAsync(server);

            using var list = JsonDocument.Parse((await Run("mailbox", "list", "alice@example.org", "--json")).Fine());
            Assert.Equal(["first", "second"], list.RootElement.EnumerateArray().Select(message => message.GetProperty("subject").GetString()!));
            using var boxes = JsonDocument.Parse((await Run("mailbox", "show", "alice@example.org", "--json")).Fine());
            Assert.Equal(2, Assert.Single(boxes.RootElement.EnumerateArray()).GetProperty("messages").GetInt32());
            Assert.Contains("Subject: second\r\n", (await Run("mailbox", "show", "alice@example.org", "2")).Fine(), StringComparison.Ordinal);
            await Refuses(1, "no message 9", "mailbox", "show", "alice@example.org", "9");
            (await Run("mailbox", "export", "alice@example.org", "--to", _folder["out"])).Fine();
            var files = Directory.EnumerateFiles(_folder["out"]).Order(StringComparer.Ordinal).ToList();
            Assert.Equal(kept, files.Select(File.ReadAllBytes));
        }
    }
}
