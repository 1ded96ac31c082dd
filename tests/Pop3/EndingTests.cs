using Merpati.Storage;

namespace Merpati.Pop3.Tests;

/// <summary>However a session ends, the lock is given back; and nothing is removed but by QUIT.</summary>
public sealed class EndingTests
{
    private static async Task<(PostOffice Office, MemoryClient Client)> MarkedAsync(Action<PostOffice>? prepare = null)
    {
        var office = new PostOffice();
        prepare?.Invoke(office);
        var client = await office.LogInAsync();
        await client.SendAsync("DELE 1\r\nDELE 3\r\n");
        Assert.Equal("+OK Message 1 has been deleted.", await client.NextAsync());
        Assert.Equal("+OK Message 3 has been deleted.", await client.NextAsync());
        Assert.True(office.Messages.IsLocked(PostOffice.Paul));
        return (office, client);
    }

    private static void AssertNothingRemoved(PostOffice office, string ending)
    {
        Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        Assert.EndsWith("0 octets, " + ending, Assert.Single(office.Log.Of(300)).Split(" after ")[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASecondSessionFindsTheMaildropInUse()
    {
        var (office, first) = await MarkedAsync();
        await using var second = office.Connect();
        await second.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\nSTAT\r\n");
        await second.NextAsync();
        await second.NextAsync();
        Assert.Equal("-ERR [IN-USE] Another session has this maildrop open.", await second.NextAsync());
        Assert.Equal("-ERR Log in first.", await second.NextAsync());

        // Others are not concerned.
        await using var other = await office.LogInAsync("alice", "a pass  phrase ");

        await first.SendAsync("QUIT\r\n");
        Assert.Equal("+OK mail.example.org POP3 server signing off (4 messages left)", await first.NextAsync());
        await second.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\n");
        await second.NextAsync();
        Assert.Equal("+OK paul's maildrop has 4 messages (8833 octets)", await second.NextAsync());
        await first.DisposeAsync();
    }

    [Fact]
    public async Task TheLockIsFreeWhenQuitIsAnswered()
    {
        for (var i = 0; i < 50; i++)
        {
            var office = new PostOffice();
            await using var client = await office.LogInAsync();
            await client.SendAsync("QUIT\r\n");
            await client.NextAsync();
            Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        }
    }

    [Fact]
    public async Task ADroppedConnectionRemovesNothing()
    {
        var (office, client) = await MarkedAsync();
        await client.HangUpAsync();
        await client.EndAsync();
        AssertNothingRemoved(office, "Dropped");
    }

    [Fact]
    public async Task ADropInTheMiddleOfQuitRemovesNothing()
    {
        var (office, client) = await MarkedAsync();
        await client.SendAsync("QUIT");
        await client.HangUpAsync();
        await client.EndAsync();
        AssertNothingRemoved(office, "Dropped");
    }

    [Fact]
    public async Task ADropWhileTheMaildropIsBeingLockedGivesTheLockBack()
    {
        var office = new PostOffice();
        var mayLock = new TaskCompletionSource();
        office.Messages.BeforeLock = mayLock.Task;
        await using var client = office.Connect();
        await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\n");
        await client.HangUpAsync();
        mayLock.SetResult();
        await client.EndAsync();
        AssertNothingRemoved(office, "Dropped");
    }

    [Fact]
    public async Task IdlingTooLongRemovesNothing()
    {
        var (office, client) = await MarkedAsync();
        office.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(2));
        Assert.False(client.Served.IsCompleted);
        office.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("-ERR Idle for too long, closing the connection, nothing was removed.", await client.NextAsync());
        Assert.Null(await client.NextAsync());
        await client.EndAsync();
        AssertNothingRemoved(office, "TimedOut");
    }

    [Fact]
    public async Task EachCommandStartsTheIdleTimeAnew()
    {
        var (office, client) = await MarkedAsync();
        for (var i = 0; i < 5; i++)
        {
            office.Time.Advance(TimeSpan.FromMinutes(9));
            await client.SendAsync("NOOP\r\n");
            Assert.Equal("+OK", await client.NextAsync());
        }

        // An octet now and then is no command.
        for (var i = 0; i < 11; i++)
        {
            await client.SendAsync("X");
            office.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.StartsWith("-ERR Idle for too long", await client.NextAsync(), StringComparison.Ordinal);
        await client.EndAsync();
        AssertNothingRemoved(office, "TimedOut");
    }

    [Theory]
    [InlineData("")]
    [InlineData("CAPA\r\n")]
    [InlineData("USER paul\r\n")]
    public async Task TheTimeToLogInIsOneForAllCommands(string command)
    {
        var office = new PostOffice();
        await using var client = office.Connect();
        for (var i = 0; i < 11; i++)
        {
            await client.SendAsync(command);
            office.Time.Advance(TimeSpan.FromSeconds(10));
            Assert.False(client.Served.IsCompleted);
        }

        await client.SendAsync(command);
        office.Time.Advance(TimeSpan.FromSeconds(12));
        string? last = null;
        while (await client.NextAsync() is { } line) last = line;
        Assert.Equal("-ERR No login in time, closing the connection.", last);
    }

    [Fact]
    public async Task AStopOfTheServerRemovesNothing()
    {
        var (office, client) = await MarkedAsync();
        client.Connection.BeginDrain();
        Assert.Equal("-ERR [SYS/TEMP] The server is stopping, nothing was removed.", await client.NextAsync());
        Assert.Null(await client.NextAsync());
        await client.EndAsync();
        AssertNothingRemoved(office, "Drained");
    }

    [Fact]
    public async Task AQuitThatHasArrivedIsCarriedOutInAStop()
    {
        var office = new PostOffice();
        var mayLock = new TaskCompletionSource();
        office.Messages.BeforeLock = mayLock.Task;
        await using var client = office.Connect();
        await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\nDELE 1\r\nQUIT\r\n");
        client.Connection.BeginDrain();
        mayLock.SetResult();
        for (var i = 0; i < 4; i++) await client.NextAsync();
        Assert.Equal("+OK mail.example.org POP3 server signing off (5 messages left)", await client.NextAsync());
        Assert.Equal(5, office.Messages.Uids(PostOffice.Paul).Length);
    }

    [Fact]
    public async Task AnAbortRemovesNothing()
    {
        var (office, client) = await MarkedAsync();
        client.Connection.Abort();
        await client.EndAsync();
        AssertNothingRemoved(office, "Dropped");
    }

    [Fact]
    public async Task AnErrorInTheServerRemovesNothing()
    {
        var (office, client) = await MarkedAsync(office => office.Messages.BeforeRead = _ => throw new InvalidOperationException("a bug"));
        await client.SendAsync("RETR 2\r\nQUIT\r\n");
        await Assert.ThrowsAsync<InvalidOperationException>(client.EndAsync);
        AssertNothingRemoved(office, "Failed");
        Assert.Equal(0, office.Messages.ReadersOpen);
    }

    [Theory]
    [InlineData(StoreFailure.Busy)]
    [InlineData(StoreFailure.NoSpace)]
    [InlineData(StoreFailure.Broken)]
    [InlineData(StoreFailure.Corrupt)]
    public async Task QuitSaysHonestlyThatNothingWasRemoved(StoreFailure failure)
    {
        var (office, client) = await MarkedAsync(office => office.Messages.OnExpunge = failure);
        await client.SendAsync("QUIT\r\n");
        Assert.Equal("-ERR some deleted messages not removed", await client.NextAsync());
        Assert.Null(await client.NextAsync());
        await client.EndAsync();
        AssertNothingRemoved(office, "QuitWithoutRemoval");
        Assert.Contains("paul@example.org", Assert.Single(office.Log.Of(320)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandsAfterQuitAreNotHeard()
    {
        var (office, client) = await MarkedAsync();
        await client.SendAsync("RSET\r\nQUIT\r\nDELE 1\r\nQUIT\r\n");
        Assert.Equal("+OK Maildrop has 6 messages (12576 octets)", await client.NextAsync());
        Assert.Equal("+OK mail.example.org POP3 server signing off (6 messages left)", await client.NextAsync());
        Assert.Null(await client.NextAsync());
        AssertNothingRemoved(office, "Quit");
    }
}
