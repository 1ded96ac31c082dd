using System.Text;
using Merpati.Wire.Listening;

namespace Merpati.Pop3.Tests;

/// <summary>Large maildrops, long pipelines, and clients that do not read.</summary>
public sealed class BoundsTests
{
    private const int Many = 100_000;

    private const string LogIn = $"USER paul\r\nPASS {PostOffice.Secret}\r\n";

    private static PostOffice ManyMessages(long mailbox)
    {
        var office = new PostOffice();
        var shared = "A: b\r\n\r\nx\r\n"u8.ToArray();
        for (var i = 0; i < Many; i++) office.Messages.Add(mailbox, shared);
        return office;
    }

    private static Task<MemoryClient> AliceAsync(PostOffice office, int serverMayHold = 0) => office.LogInAsync("alice", "a pass  phrase ", serverMayHold);

    [Fact]
    public async Task AHundredThousandMessagesAreListedWithoutReadingOne()
    {
        var office = ManyMessages(PostOffice.Alice);
        await using var client = await AliceAsync(office);
        await client.SendAsync("DELE 70000\r\nSTAT\r\nLIST\r\nUIDL\r\n");
        Assert.Equal("+OK Message 70000 has been deleted.", await client.NextAsync());
        Assert.Equal("+OK 100001 1100309", await client.NextAsync());
        Assert.Equal("+OK 100001 messages (1100309 octets)", await client.NextAsync());
        for (var number = 1; number <= Many + 2; number++)
        {
            if (number != 70000) Assert.Equal($"{number} {(number == 1 ? 120 : number == 2 ? 200 : 11)}", await client.NextAsync());
        }

        Assert.Equal(".", await client.NextAsync());
        Assert.Equal("+OK", await client.NextAsync());
        for (var number = 1; number <= Many + 2; number++)
        {
            if (number != 70000) Assert.Equal($"{number} 1764000000.{9 + 2 * number}", await client.NextAsync());
        }

        Assert.Equal(".", await client.NextAsync());
        Assert.Equal(0, office.Messages.Opened);
    }

    [Theory]
    [InlineData("LIST\r\n")]
    [InlineData("UIDL\r\n")]
    public async Task AListingWaitsForAClientThatReadsSlowly(string command)
    {
        var office = ManyMessages(PostOffice.Alice);
        await using var client = await AliceAsync(office, serverMayHold: 64 * 1024);
        await client.SendAsync(command);
        Assert.False(client.Served.IsCompleted);
        var lines = 0;
        while (await client.NextAsync() != ".") lines++;
        Assert.Equal(Many + 3, lines);
    }

    // A reply in the making may come on top of what the way holds, and a little of the next before it is noticed.
    [Theory]
    [InlineData("LIST\r\n")]
    [InlineData("UIDL\r\n")]
    public async Task AListingIsNotMadeForAClientThatDoesNotRead(string command)
    {
        var office = ManyMessages(PostOffice.Paul);
        var client = new StalledClient(office, LogIn + command);
        await client.OutwaitAsync();
        Assert.InRange(client.Held, 32 * 1024, StalledClient.Room + 40 * 1024);
    }

    [Fact]
    public async Task AMessageIsNotReadForAClientThatDoesNotRead()
    {
        var office = new PostOffice();
        office.Messages.Add(PostOffice.Paul, PostOffice.TextOf(20_000_000));
        var pieces = 0;
        office.Messages.BeforeRead = count => pieces = count + 1;
        var client = new StalledClient(office, LogIn + "RETR 7\r\nQUIT\r\n");
        await client.OutwaitAsync();
        Assert.InRange(pieces, 1, 2);
        Assert.InRange(client.Held, 32 * 1024, StalledClient.Room + 70 * 1024);
        Assert.Equal(0, office.Messages.ReadersOpen);
    }

    [Theory]
    [InlineData("CAPA\r\n")]
    [InlineData("NOOP\r\n")]
    [InlineData("RETR 1\r\n")]
    [InlineData("UIDL 1\r\n")]
    public async Task AFloodOfCommandsWithoutReadingIsNotAnsweredForEver(string command)
    {
        var client = new StalledClient(new PostOffice(), LogIn + string.Concat(Enumerable.Repeat(command, 50_000)));
        await client.OutwaitAsync();
        Assert.InRange(client.Held, 32 * 1024, StalledClient.Room + 40 * 1024);
    }

    [Fact]
    public async Task AThousandPipelinedRetrieveTheirMessagesInOrder()
    {
        var office = new PostOffice();
        for (var i = 0; i < 998; i++) office.Messages.Add(PostOffice.Alice, $"Subject: {i}\r\n\r\n.{i}\r\n");
        await using var client = await AliceAsync(office, serverMayHold: 64 * 1024);
        var commands = string.Concat(Enumerable.Range(1, 1000).Select(number => $"RETR {number}\r\n"));
        var sending = client.SendAsync(commands + "STAT\r\nQUIT\r\n");
        for (var number = 1; number <= 1000; number++)
        {
            var status = await client.NextAsync();
            Assert.StartsWith("+OK ", status, StringComparison.Ordinal);
            Assert.EndsWith(" octets", status, StringComparison.Ordinal);
            var text = new List<string>();
            while (await client.NextAsync() is { } line && line != ".") text.Add(line);
            if (number > 2) Assert.Equal([$"Subject: {number - 3}", "", $"..{number - 3}"], text);
        }

        await sending;
        Assert.StartsWith("+OK 1000 ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("+OK mail.example.org POP3 server signing off (1000 messages left)", await client.NextAsync());
        Assert.Null(await client.NextAsync());
        Assert.Contains("1000 retrieved", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public void RefusalsAreInTheProtocolsWords()
    {
        var service = new PostOffice().Service();
        Assert.Equal("-ERR [SYS/TEMP] Too many connections, try again later.\r\n", Encoding.ASCII.GetString(service.Refusal(Admission.ServerFull).Span));
        Assert.Equal("-ERR [SYS/TEMP] Too many connections from your address, try again later.\r\n", Encoding.ASCII.GetString(service.Refusal(Admission.AddressFull).Span));
        Assert.Equal(512, service.MaxLineLength);
    }
}
