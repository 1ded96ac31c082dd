using Merpati.Pop3.Server;

namespace Merpati.Pop3.Tests;

/// <summary>LOGIN-DELAY (RFC 2449 §6.6).</summary>
public sealed class LoginDelayTests
{
    private const string TooSoon = "-ERR [LOGIN-DELAY] Your last login was too short a while ago.";

    private readonly PostOffice _office = OfficeSasl.NewOffice();

    public LoginDelayTests() => _office.Options = _office.Options with { LoginDelay = TimeSpan.FromMinutes(1) };

    [Fact]
    public async Task TheNextLoginOfAnAccountWaits()
    {
        var service = _office.Service();
        Assert.StartsWith("+OK ", await LogInAsync(service, "paul", PostOffice.Secret), StringComparison.Ordinal);
        Assert.Equal(TooSoon, await LogInAsync(service, "paul", PostOffice.Secret));
        _office.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(TooSoon, await LogInAsync(service, "paul", PostOffice.Secret));
        Assert.False(_office.Messages.IsLocked(PostOffice.Paul));

        // Nobody else waits, and who has not proved to be paul learns nothing.
        Assert.StartsWith("+OK ", await LogInAsync(service, "alice", "a pass  phrase "), StringComparison.Ordinal);
        Assert.StartsWith("-ERR [AUTH] ", await LogInAsync(service, "paul", "wrong"), StringComparison.Ordinal);
        _office.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.StartsWith("+OK ", await LogInAsync(service, "paul", PostOffice.Secret), StringComparison.Ordinal);
        Assert.Equal(TooSoon, await LogInAsync(service, "paul", PostOffice.Secret));
    }

    [Fact]
    public async Task AnExchangeWaitsToo()
    {
        var service = _office.Service();
        Assert.StartsWith("+OK ", await LogInAsync(service, "paul", PostOffice.Secret), StringComparison.Ordinal);
        await using var client = new MemoryClient(service, _office.Time);
        await client.SendAsync($"AUTH PLAIN {OfficeSasl.Plain("paul", PostOffice.Secret)}\r\n");
        await client.NextAsync();
        Assert.Equal(TooSoon, await client.NextAsync());
    }

    [Fact]
    public async Task ALoginThatOpenedNothingDoesNotCount()
    {
        var service = _office.Service();
        _office.Messages.OnLock = Storage.StoreFailure.Busy;
        Assert.StartsWith("-ERR [SYS/TEMP] ", await LogInAsync(service, "paul", PostOffice.Secret), StringComparison.Ordinal);
        _office.Messages.OnLock = null;
        Assert.StartsWith("+OK ", await LogInAsync(service, "paul", PostOffice.Secret), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThereIsNoneByDefault()
    {
        _office.Options = _office.Options with { LoginDelay = TimeSpan.Zero };
        var service = _office.Service();
        for (var i = 0; i < 3; i++) Assert.StartsWith("+OK ", await LogInAsync(service, "paul", PostOffice.Secret), StringComparison.Ordinal);
    }

    [Fact]
    public void ItRemembersTheLastOfAsManyAsComeWithinTheDelay()
    {
        var delays = new LoginDelays(TimeSpan.FromMinutes(1), _office.Time);
        for (var account = 1L; account <= 1_000_000; account++)
        {
            _office.Time.Advance(TimeSpan.FromTicks(1));
            delays.Note(account);
            Assert.True(delays.IsTooSoon(account));
        }

        // A bounded number of them, and of those the latest.
        var remembered = Enumerable.Range(1, 1_000_000).Count(account => delays.IsTooSoon(account));
        Assert.InRange(remembered, 60_000, 65_536);
        Assert.InRange(Enumerable.Range(980_000, 20_000).Count(account => delays.IsTooSoon(account)), 19_500, 20_000);
        _office.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(delays.IsTooSoon(1_000_000));
    }

    private async Task<string?> LogInAsync(Pop3Service service, string user, string password)
    {
        await using var client = new MemoryClient(service, _office.Time);
        await client.SendAsync($"USER {user}\r\nPASS {password}\r\nQUIT\r\n");
        await client.NextAsync();
        await client.NextAsync();
        var reply = await client.NextAsync();
        await client.RestAsync();
        await client.EndAsync();
        return reply;
    }
}
