using System.Globalization;
using System.Text;
using Merpati.Smtp.Server;
using Merpati.Transcripts;
using Merpati.Wire.Listening;

namespace Merpati.Smtp.Tests;

public sealed class LimitTests
{
    private const string Message = "MAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n";

    private readonly TestServer _server = new();

    [Fact]
    public async Task EndsTheSessionAtTheTwentiethError()
    {
        await using var client = await GreetedAsync(_server);
        for (var i = 0; i < 19; i++) Assert.Equal("500 5.5.2 Command not recognized", await AskAsync(client, "JUNK"));
        Assert.Equal("421 4.7.0 Too many errors", await AskAsync(client, "JUNK"));
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task ReadsNothingPastTheLastError()
    {
        await using var client = await GreetedAsync(_server);
        await client.SendAsync(string.Concat(Enumerable.Repeat("JUNK\r\n", 100)) + Message);
        var replies = Encoding.ASCII.GetString(await client.ReadToEndAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(20, replies.Length);
        Assert.Equal("421 4.7.0 Too many errors", replies[^1]);
    }

    [Fact]
    public async Task FillsTheBudgetsAgainWithEachAcceptedMessage()
    {
        await using var client = await GreetedAsync(_server);
        for (var i = 0; i < 5; i++)
        {
            for (var error = 0; error < 19; error++) Assert.StartsWith("500 ", await AskAsync(client, "JUNK"), StringComparison.Ordinal);
            for (var idle = 0; idle < 999; idle++) Assert.StartsWith("250 ", await AskAsync(client, "NOOP"), StringComparison.Ordinal);
            await SendMessageAsync(client);
        }
    }

    [Fact]
    public async Task EndsASessionOfCommandsThatDoNothing()
    {
        await using var client = await GreetedAsync(_server);
        string[] commands = ["NOOP", "RSET", "VRFY alice"];
        for (var i = 1; i < 1000; i++) Assert.StartsWith("25", await AskAsync(client, commands[i % 3]), StringComparison.Ordinal); // HELO was the first
        Assert.Equal("421 4.7.0 Too many commands without a message", await AskAsync(client, "VRFY alice"));
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task EndsTheSessionOfOneWhoTriesNames()
    {
        await using var client = await GreetedAsync(_server);
        Assert.StartsWith("250 ", await AskAsync(client, "MAIL FROM:<>"), StringComparison.Ordinal);
        for (var i = 1; i < 1000; i++) Assert.StartsWith("550 5.1.1 ", await AskAsync(client, $"RCPT TO:<name{i}@example.org>"), StringComparison.Ordinal);
        Assert.Equal("421 4.7.0 Too many commands without a message", await AskAsync(client, "RCPT TO:<name@example.org>"));
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task KeepsASessionOfManyMessages()
    {
        await using var client = await GreetedAsync(_server);
        for (var i = 0; i < 3000; i++)
        {
            await SendMessageAsync(client);
            Assert.StartsWith("250 ", await AskAsync(client, "RSET"), StringComparison.Ordinal);
        }

        Assert.Equal(3000, _server.Intake.Messages.Count);
    }

    [Theory]
    [InlineData(2046, false)]
    [InlineData(2047, true)]
    [InlineData(100_000, true)]
    [InlineData(5_000_000, true)]
    public async Task RefusesALineOverTheLimitOnceAndGoesOn(int length, bool tooLong)
    {
        await using var client = await GreetedAsync(_server);
        foreach (var piece in Encoding.ASCII.GetBytes("NOOP " + new string('x', length - 5) + "\r\nNOOP\r\n").Chunk(16_384)) await client.SendAsync(piece);
        Assert.Equal(tooLong ? "500 5.5.2 Line too long" : "250 2.0.0 Ok", await client.ReadLineAsync());
        Assert.Equal("250 2.0.0 Ok", await client.ReadLineAsync());
    }

    [Theory]
    [InlineData(4094)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    public async Task ReadsLinesThatAreSplitAtTheEdgeOfABuffer(int before)
    {
        await using var client = await GreetedAsync(_server);
        var noops = string.Concat(Enumerable.Repeat("NOOP\r\n", before / 6)) + "NOOP" + new string(' ', before % 6) + "\r\n";
        await client.SendAsync(noops + Message);
        while (!(await client.ReadLineAsync())!.StartsWith("354 ", StringComparison.Ordinal)) continue;
        await client.SendAsync("text\r\n.\r\nQUIT\r\n");
        var replies = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.EndsWith("250 2.0.0 Ok: queued as 0000000000001\r\n221 2.0.0 Bye\r\n", replies, StringComparison.Ordinal);
        Assert.Equal("text\r\n", Assert.Single(_server.Intake.Messages).Text);
    }

    [Fact]
    public void HasWordsForTheListenerToTurnConnectionsAway()
    {
        var service = _server.NewService();
        Assert.Equal("421 4.3.2 Too many connections, try again later\r\n", Encoding.ASCII.GetString(service.Refusal(Admission.ServerFull).Span));
        Assert.Equal("421 4.7.0 Too many connections from your address\r\n", Encoding.ASCII.GetString(service.Refusal(Admission.AddressFull).Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("mx\r\n250 evil")]
    [InlineData("бüro")]
    public void RefusesAHostNameThatIsNone(string name) =>
        Assert.Throws<ArgumentException>(() => new TestServer { Options = new SmtpServiceOptions { HostName = name } }.NewService());

    [Fact]
    public void RefusesOptionsOutOfTheirRange()
    {
        var good = new SmtpServiceOptions { HostName = "[192.0.2.1]" };
        new TestServer { Options = good }.NewService();
        SmtpServiceOptions[] bad =
        [
            good with { MaxMessageBytes = 0 }, good with { MaxRecipients = 99 }, good with { MaxLineLength = 511 }, good with { CommandTimeout = TimeSpan.Zero },
            good with { DataTimeout = TimeSpan.FromSeconds(-1) }, good with { MinDataOctetsPerSecond = -1 }, good with { MaxErrors = 0 }, good with { MaxIdleCommands = 0 },
        ];
        foreach (var options in bad) Assert.ThrowsAny<ArgumentException>(() => new TestServer { Options = options }.NewService());
    }

    private static async Task<MemoryClient> GreetedAsync(TestServer server)
    {
        var client = server.Connect();
        await client.ReadLineAsync();
        Assert.Equal("250 mx.example.org", await AskAsync(client, "HELO x"));
        return client;
    }

    private static async Task<string?> AskAsync(MemoryClient client, string command)
    {
        await client.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{command}\r\n"));
        return await client.ReadLineAsync();
    }

    private static async Task SendMessageAsync(MemoryClient client)
    {
        await client.SendAsync(Message);
        for (var i = 0; i < 3; i++) await client.ReadLineAsync();
        await client.SendAsync("text\r\n.\r\n");
        Assert.StartsWith("250 2.0.0 Ok: queued as ", await client.ReadLineAsync(), StringComparison.Ordinal);
    }
}
