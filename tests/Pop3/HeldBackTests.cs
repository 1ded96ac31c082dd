namespace Merpati.Pop3.Tests;

/// <summary>A login whose answer is held back does not outlive its connection.</summary>
public sealed class HeldBackTests
{
    private readonly PostOffice _office = OfficeSasl.NewOffice();

    public HeldBackTests() => _office.PaulsDelay = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Logins => new($"USER paul\r\nPASS {PostOffice.Secret}\r\n", $"AUTH PLAIN {OfficeSasl.Plain("paul", PostOffice.Secret)}\r\n", "APOP paul c4c9334bac560ecc979e58001b3e22fb\r\n");

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task ItEndsSoonAfterTheClientHasGone(string login)
    {
        await using var client = await WaitAsync(login);
        await client.HangUpAsync();
        _office.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(client.Served.IsCompleted);
        _office.Time.Advance(TimeSpan.FromSeconds(1));
        await client.EndAsync();
        Assert.Contains("Dropped", Assert.Single(_office.Log.Of(300)), StringComparison.Ordinal);
        Assert.False(_office.Messages.IsLocked(PostOffice.Paul));
    }

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task ItEndsWhenTheServerStops(string login)
    {
        await using var client = await WaitAsync(login);
        client.Connection.BeginDrain();
        while (await client.NextAsync() is { } line && line != "-ERR [SYS/TEMP] The server is stopping, nothing was removed.") Assert.Equal("+OK", line);
        await client.EndAsync();
        Assert.Contains("Drained", Assert.Single(_office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Logins))]
    public async Task ItEndsWhenTheConnectionIsCut(string login)
    {
        await using var client = await WaitAsync(login);
        client.Connection.Abort();
        await client.EndAsync();
        Assert.Contains("Dropped", Assert.Single(_office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AClientThatOnlyEndsItsSideGetsAnAnswerThatComesSoon()
    {
        _office.PaulsDelay = TimeSpan.FromSeconds(2);
        await using var client = await WaitAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\nSTAT\r\n");
        await client.HangUpAsync();
        _office.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("+OK", await client.NextAsync());
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await client.NextAsync());
        Assert.Equal("+OK 6 12576", await client.NextAsync());
    }

    private async Task<MemoryClient> WaitAsync(string login)
    {
        _office.HasApop = true;
        var client = _office.Connect();
        await client.NextAsync();
        await client.SendAsync(login);
        await _office.PaulWaits.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return client;
    }
}
