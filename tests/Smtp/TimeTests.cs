using Merpati.Transcripts;

namespace Merpati.Smtp.Tests;

public sealed class TimeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTime _time = new();
    private readonly TestServer _server;

    public TimeTests() => _server = new TestServer { Time = _time };

    [Fact]
    public async Task EndsAnIdleSessionAfterFiveMinutes()
    {
        await using var client = await UpToAsync("");
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(2));
        Assert.False(client.Served.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("421 4.4.2 Timed out waiting for you", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
        await client.Served.WaitAsync(Patience);
    }

    [Fact]
    public async Task GivesEachCommandItsOwnTime()
    {
        await using var client = await UpToAsync("");
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(4));
            await client.SendAsync("NOOP\r\n");
            Assert.Equal("250 2.0.0 Ok", await client.ReadLineAsync());
        }
    }

    [Fact]
    public async Task CutsAClientThatSendsAnOctetEveryTenSecondsInACommand()
    {
        await using var client = await UpToAsync("");
        for (var sent = 0; !client.Served.IsCompleted; sent++)
        {
            Assert.True(sent <= 30);
            await client.SendAsync("N");
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal("421 4.4.2 Timed out waiting for you", await client.ReadLineAsync());
    }

    [Fact]
    public async Task CutsAClientThatSendsAnOctetEveryTenSecondsInData()
    {
        await using var client = await UpToAsync("MAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
        for (var sent = 0; !client.Served.IsCompleted; sent++)
        {
            Assert.True(sent <= 18);
            await client.SendAsync("x");
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal("421 4.4.2 Timed out waiting for you", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
        Assert.Equal(0, _server.Intake.Open);
        Assert.Empty(_server.Intake.Messages);
    }

    [Fact]
    public async Task LetsASlowButSteadyClientFinish()
    {
        await using var client = await UpToAsync("MAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
        for (var i = 0; i < 360; i++)
        {
            await client.SendAsync(new string('x', 5_998) + "\r\n"); // 600 octets a second, for an hour
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        await client.SendAsync(".\r\n");
        Assert.StartsWith("250 2.0.0 ", await client.ReadLineAsync(), StringComparison.Ordinal);
        Assert.Equal(360 * 6_000, Assert.Single(_server.Intake.Messages).Octets.Length);
    }

    [Fact]
    public async Task CutsAClientThatStallsAfterAFastStart()
    {
        await using var client = await UpToAsync("MAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n");
        for (var i = 0; i < 100; i++) await client.SendAsync(new string('x', 10_000));
        _time.Advance(TimeSpan.FromMinutes(3) + TimeSpan.FromSeconds(1));
        Assert.Equal("421 4.4.2 Timed out waiting for you", await client.ReadLineAsync());
        await client.Served.WaitAsync(Patience);
        Assert.Equal(0, _server.Intake.Open);
    }

    [Fact]
    public async Task CutsAClientThatNeverReads()
    {
        await using var client = _server.Connect(serverMayHold: 65_536);
        for (var i = 0; i < 900; i++) await client.SendAsync("HELP\r\n");
        Assert.False(client.Served.IsCompleted);
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(10)); // the close waits a little, too
        await client.Served.WaitAsync(Patience);
        Assert.True(client.Aborted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MAIL FROM:<>\r\nRSET\r\n")]
    [InlineData("MAIL FROM:<>\r\nHELO x\r\n")]
    public async Task EndsAnIdleSessionWhenTheServerStops(string before)
    {
        await using var client = await UpToAsync(before);
        client.Connection.BeginDrain();
        Assert.Equal("421 4.3.2 The server is stopping, try again later", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
    }

    [Theory]
    [InlineData("MAIL FROM:<>\r\n", "RCPT TO:<alice@example.org>\r\nDATA\r\ntext\r\n.\r\n")]
    [InlineData("MAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\n", "DATA\r\ntext\r\n.\r\n")]
    [InlineData("MAIL FROM:<>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\nte", "xt\r\n.\r\n")]
    public async Task LetsATransactionFinishWhenTheServerStops(string before, string after)
    {
        await using var client = await UpToAsync(before);
        client.Connection.BeginDrain();
        Assert.False(client.Served.IsCompleted);
        await client.SendGroupsAsync(after);
        await client.Served.WaitAsync(Patience);
        var replies = System.Text.Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.EndsWith("250 2.0.0 Ok: queued as 0000000000001\r\n421 4.3.2 The server is stopping, try again later\r\n", replies, StringComparison.Ordinal);
        Assert.Single(_server.Intake.Messages);
    }

    private async Task<MemoryClient> UpToAsync(string commands)
    {
        var client = _server.Connect();
        await client.SendGroupsAsync("HELO x\r\n" + commands);
        var replies = 2 + commands.Split("\r\n").Length - 1;
        for (var i = 0; i < replies; i++) await client.ReadLineAsync();
        return client;
    }
}
