using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Listening;

namespace Merpati.Pop3.Tests;

/// <summary>Large maildrops, long pipelines, and clients that do not read.</summary>
public sealed class BoundsTests
{
    private const int Many = 100_000;

    private static PostOffice ManyMessages()
    {
        var office = new PostOffice();
        var shared = "A: b\r\n\r\nx\r\n"u8.ToArray();
        for (var i = 0; i < Many; i++) office.Messages.Add(PostOffice.Alice, shared);
        return office;
    }

    private static Task<MemoryClient> AliceAsync(PostOffice office, int serverMayHold = 0) => office.LogInAsync("alice", "a pass  phrase ", serverMayHold);

    /// <summary>Lets the time pass in which a client must read, and in which what is left is offered once more.</summary>
    private static async Task OutwaitAsync(PostOffice office, MemoryClient client)
    {
        office.Time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(2));
        office.Time.Advance(TimeSpan.FromSeconds(7));
        await client.Served.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("NotReading", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AHundredThousandMessagesAreListedWithoutReadingOne()
    {
        var office = ManyMessages();
        await using var client = await AliceAsync(office);
        await client.SendAsync("DELE 70000\r\nSTAT\r\nLIST\r\nUIDL\r\n");
        Assert.Equal("+OK Message 70000 has been deleted.", await client.ReadLineAsync());
        Assert.Equal("+OK 100001 1100309", await client.ReadLineAsync());
        Assert.Equal("+OK 100001 messages (1100309 octets)", await client.ReadLineAsync());
        for (var number = 1; number <= Many + 2; number++)
        {
            if (number != 70000) Assert.Equal($"{number} {(number == 1 ? 120 : number == 2 ? 200 : 11)}", await client.ReadLineAsync());
        }

        Assert.Equal(".", await client.ReadLineAsync());
        Assert.Equal("+OK", await client.ReadLineAsync());
        for (var number = 1; number <= Many + 2; number++)
        {
            if (number != 70000) Assert.Equal($"{number} 1764000000.{9 + 2 * number}", await client.ReadLineAsync());
        }

        Assert.Equal(".", await client.ReadLineAsync());
        Assert.Equal(0, office.Messages.Opened);
    }

    [Theory]
    [InlineData("LIST\r\n")]
    [InlineData("UIDL\r\n")]
    public async Task AListingWaitsForAClientThatReadsSlowly(string command)
    {
        var office = ManyMessages();
        await using var client = await AliceAsync(office, serverMayHold: 64 * 1024);
        await client.SendAsync(command);
        Assert.False(client.Served.IsCompleted);
        var lines = 0;
        while (await client.ReadLineAsync() != ".") lines++;
        Assert.Equal(Many + 3, lines);
    }

    [Theory]
    [InlineData("LIST\r\n")]
    [InlineData("UIDL\r\n")]
    public async Task AListingIsNotMadeForAClientThatDoesNotRead(string command)
    {
        var office = ManyMessages();
        var client = await AliceAsync(office, serverMayHold: 64 * 1024);
        await client.SendAsync(command);
        await OutwaitAsync(office, client);
        Assert.InRange((await client.ReadToEndAsync()).Length, 32 * 1024, 128 * 1024);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task TheServerHoldsLittleForAClientThatDoesNotRead()
    {
        var office = new PostOffice();
        office.Messages.Add(PostOffice.Alice, PostOffice.TextOf(20_000_000));
        office.Messages.PieceSize = 32 * 1024;
        var pieces = 0;
        office.Messages.BeforeRead = count => pieces = count + 1;
        var client = await AliceAsync(office, serverMayHold: 64 * 1024);
        await client.SendAsync("RETR 3\r\nQUIT\r\n");

        // What fits is sent; then the store is not asked for more.
        Assert.InRange(pieces, 1, 5);
        await OutwaitAsync(office, client);
        Assert.InRange(pieces, 1, 5);
        Assert.False(office.Messages.IsLocked(PostOffice.Alice));
        Assert.DoesNotContain("\r\n.\r\n", Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task AFloodOfCommandsWithoutReadingIsNotAnsweredForEver()
    {
        var office = new PostOffice();
        var client = await AliceAsync(office, serverMayHold: 64 * 1024);
        await client.SendAsync(string.Concat(Enumerable.Repeat("CAPA\r\n", 50_000)));
        Assert.False(client.Served.IsCompleted);
        await OutwaitAsync(office, client);
        Assert.True((await client.ReadToEndAsync()).Length < 256 * 1024);
        await client.DisposeAsync();
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
            var status = await client.ReadLineAsync();
            Assert.StartsWith("+OK ", status, StringComparison.Ordinal);
            Assert.EndsWith(" octets", status, StringComparison.Ordinal);
            var text = new List<string>();
            while (await client.ReadLineAsync() is { } line && line != ".") text.Add(line);
            if (number > 2) Assert.Equal([$"Subject: {number - 3}", "", $"..{number - 3}"], text);
        }

        await sending;
        Assert.StartsWith("+OK 1000 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal("+OK mail.example.org POP3 server signing off (1000 messages left)", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
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
