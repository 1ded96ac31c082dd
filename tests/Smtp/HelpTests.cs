using System.Text;
using Merpati.Smtp.Server;
using Merpati.Smtp.Server.Commands;

namespace Merpati.Smtp.Tests;

/// <summary>HELP, and the commands for which a server may not be made.</summary>
public sealed class HelpTests
{
    [Fact]
    public void ExplainsEveryVerbInASyntaxAndASentence()
    {
        foreach (var row in SmtpCommands.All.Where(row => !RefusedCommands.WebVerbs.Contains(row.Verb)))
        {
            Assert.True(row.Help.Count == 2, row.Verb);
            Assert.StartsWith(row.Verb, row.Help[0], StringComparison.Ordinal);
            Assert.EndsWith(".", row.Help[1], StringComparison.Ordinal);
            Assert.All(row.Help, line => Assert.InRange(line.Length, 1, 480));
        }
    }

    [Fact]
    public async Task AnswersForEveryVerbWithoutChangingAnything()
    {
        await using var client = new TestServer { NewPartners = WithAll }.Connect();
        await client.SendAsync("HELO x\r\nMAIL FROM:<a@b.example>\r\n");
        for (var i = 0; i < 3; i++) await client.ReadLineAsync();
        foreach (var row in SmtpCommands.All.Where(row => !RefusedCommands.WebVerbs.Contains(row.Verb)))
        {
            await client.SendAsync($"help {row.Verb.ToLowerInvariant()}\r\n");
            Assert.Equal($"214-2.0.0 {row.Help[0]}", await client.ReadLineAsync());
            var last = await client.ReadLineAsync();
            if (last!.StartsWith("214-", StringComparison.Ordinal)) last = await client.ReadLineAsync();
            Assert.StartsWith("214 2.0.0 ", last, StringComparison.Ordinal);
        }

        await client.SendAsync("RCPT TO:<alice@example.org>\r\n");
        Assert.Equal("250 2.1.5 Recipient ok", await client.ReadLineAsync());
    }

    [Fact]
    public async Task ListsWhatTheServerOffers()
    {
        Assert.Equal("MAIL RCPT DATA BDAT RSET QUIT EHLO HELO NOOP VRFY HELP", await ListAsync(new TestServer()));
        var all = await ListAsync(new TestServer
        {
            NewPartners = WithAll,
            Options = new SmtpServiceOptions { HostName = "mx.example.org", Etrn = SmtpAudience.Everyone },
        });
        Assert.Equal("MAIL RCPT DATA BDAT RSET QUIT EHLO HELO NOOP VRFY EXPN HELP AUTH SEND SOML SAML XTERMINAL ETRN ATRN TURN", all);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("me")]
    [InlineData("MAIL RCPT")]
    public Task KnowsNothingElse(string topic) => new TestServer().PlayAsync($"C: HELP {topic}\nS: 504 5.5.4 No help on this topic" + TestServer.Bye);

    [Theory]
    [InlineData("ETRN example.com")]
    [InlineData("TURN")]
    [InlineData("TURN now")]
    public Task SaysWhatIsNotOffered(string command) => new TestServer().PlayAsync($"C: {command}\nS: 502 5.5.1 Command not implemented" + TestServer.Bye);

    private static SmtpPartners WithAll(SmtpPartners partners) =>
        partners with { AddressBook = new MemoryBook(), Sasl = new MemorySasl(), Terminals = new MemoryTerminals(), OnDemand = new MemoryOnDemand() };

    private static async Task<string> ListAsync(TestServer server)
    {
        await using var client = server.Connect();
        await client.ReadLineAsync();
        await client.SendAsync("HELP\r\n");
        var verbs = new StringBuilder();
        while (await client.ReadLineAsync() is { } line && line[3] == '-') verbs.Append(line["214-2.0.0 Commands:".Length..]);
        return verbs.ToString().Trim();
    }
}
