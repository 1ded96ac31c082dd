using Merpati.Storage;

namespace Merpati.Pop3.Tests;

/// <summary>RETR marks a message as read, once, however the session ends; LAST tells of it.</summary>
public sealed class ReadMarksTests
{
    private static async Task<(PostOffice Office, MemoryClient Client)> RetrievedAsync(string commands, Action<PostOffice>? prepare = null)
    {
        var office = new PostOffice();
        prepare?.Invoke(office);
        var client = await office.LogInAsync();
        await client.SendAsync(commands + "LAST\r\n");
        while (!(await client.NextAsync())!.EndsWith("is the last read message.", StringComparison.Ordinal))
        {
        }

        return (office, client);
    }

    [Fact]
    public async Task QuitMarksWhatWasRetrievedAtOnce()
    {
        var (office, client) = await RetrievedAsync("RETR 1\r\nRETR 4\r\nRETR 1\r\nTOP 5 3\r\n");
        Assert.Equal(0, office.Messages.Marks);
        await client.SendAsync("QUIT\r\n");
        Assert.Equal("+OK mail.example.org POP3 server signing off (6 messages left)", await client.NextAsync());
        Assert.Equal([11u, 17u], office.Messages.SeenUids(PostOffice.Paul));
        await client.EndAsync();
        Assert.Equal(1, office.Messages.Marks);
        Assert.Equal(0, office.Messages.Expunges);
    }

    [Fact]
    public async Task WhatIsRemovedIsNotMarked()
    {
        var (office, client) = await RetrievedAsync("RETR 1\r\nDELE 1\r\nRETR 2\r\nDELE 3\r\n");
        await client.SendAsync("QUIT\r\n");
        Assert.Equal("+OK mail.example.org POP3 server signing off (4 messages left)", await client.NextAsync());
        Assert.Equal([13u], office.Messages.SeenUids(PostOffice.Paul));
        await client.EndAsync();
        Assert.Equal((1, 1), (office.Messages.Marks, office.Messages.Expunges));
    }

    [Fact]
    public async Task TheRemovalAndTheMarksAreUnderWayTogether()
    {
        var mayRemove = new TaskCompletionSource();
        var (office, client) = await RetrievedAsync("RETR 1\r\nDELE 2\r\n", office => office.Messages.BeforeExpunge = mayRemove.Task);
        await client.SendAsync("QUIT\r\n");
        Assert.Equal((1, 1), (office.Messages.Marks, office.Messages.Expunges));
        Assert.False(client.Served.IsCompleted);
        mayRemove.SetResult();
        Assert.StartsWith("+OK", await client.NextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("STAT\r\nLIST\r\nUIDL\r\nTOP 1 10\r\n")]
    [InlineData("RETR 9\r\nRETR x\r\n")]
    [InlineData("RETR 1\r\nRETR 2\r\n")] // both read already
    [InlineData("RETR 6\r\nDELE 6\r\nRSET\r\nRETR 1\r\n", 1)]
    public async Task ASessionThatReadsNothingNewCostsNoCommit(string commands, int marks = 0)
    {
        var (office, client) = await RetrievedAsync(commands, office =>
        {
            office.Messages.See(PostOffice.Paul, 11);
            office.Messages.See(PostOffice.Paul, 13);
        });
        await client.SendAsync("QUIT\r\n");
        await client.RestAsync();
        await client.EndAsync();
        Assert.Equal((marks, 0), (office.Messages.Marks, office.Messages.Expunges));
    }

    [Theory]
    [InlineData("a drop")]
    [InlineData("an abort")]
    [InlineData("a time-out")]
    [InlineData("a stop")]
    [InlineData("too many errors")]
    public async Task HoweverTheSessionEndsWhatWasRetrievedIsMarkedAndNothingIsRemoved(string ending)
    {
        var (office, client) = await RetrievedAsync("RETR 2\r\nRETR 3\r\nDELE 3\r\nDELE 5\r\n");
        switch (ending)
        {
            case "a drop": await client.HangUpAsync(); break;
            case "an abort": client.Connection.Abort(); break;
            case "a time-out": office.Time.Advance(TimeSpan.FromMinutes(11)); break;
            case "a stop": client.Connection.BeginDrain(); break;
            default: await client.SendAsync(string.Concat(Enumerable.Repeat("BOGUS\r\n", 20))); break;
        }

        await client.EndAsync();
        Assert.Equal([13u, 15u], office.Messages.SeenUids(PostOffice.Paul));
        Assert.Equal(1, office.Messages.Marks);
        Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
    }

    [Fact]
    public async Task AMessageThatIsCutOffIsNotRead()
    {
        var office = new PostOffice();
        office.Messages.PieceSize = 1000;
        office.Messages.Add(PostOffice.Paul, PostOffice.TextOf(200_000));
        var client = await office.LogInAsync(serverMayHold: 64 * 1024);
        await client.SendAsync("RETR 1\r\nDELE 1\r\nRETR 7\r\n");
        for (var i = 0; i < 100; i++) Assert.NotNull(await client.NextAsync());
        Assert.False(client.Served.IsCompleted);
        await client.DisposeAsync();
        Assert.Equal([11u], office.Messages.SeenUids(PostOffice.Paul));
        Assert.Equal(7, office.Messages.Uids(PostOffice.Paul).Length);
        Assert.Equal(0, office.Messages.ReadersOpen);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
    }

    [Theory]
    [InlineData(StoreFailure.Broken)]
    [InlineData(StoreFailure.NoSpace)]
    [InlineData(StoreFailure.Busy)]
    public async Task ThatNothingCanBeMarkedIsNoHarm(StoreFailure failure)
    {
        var (office, client) = await RetrievedAsync("RETR 1\r\nDELE 2\r\n", office => office.Messages.OnMark = failure);
        await client.SendAsync("QUIT\r\n");
        Assert.Equal("+OK mail.example.org POP3 server signing off (5 messages left)", await client.NextAsync());
        await client.EndAsync();
        Assert.Equal([11u, 15u, 17u, 19u, 21u], office.Messages.Uids(PostOffice.Paul));
        Assert.Contains("paul@example.org", Assert.Single(office.Log.Of(321)), StringComparison.Ordinal);
        Assert.Empty(office.Log.Of(320));
    }

    [Fact]
    public async Task ADropOverAStoreThatIsReadOnlyGivesTheLockBack()
    {
        var (office, client) = await RetrievedAsync("RETR 1\r\nDELE 2\r\n", office => office.Messages.OnMark = StoreFailure.Broken);
        await client.HangUpAsync();
        await client.EndAsync();
        Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        Assert.Single(office.Log.Of(321));
    }

    [Fact]
    public async Task AQuitThatCannotRemoveMarksAllThatWasRetrieved()
    {
        var (office, client) = await RetrievedAsync("RETR 1\r\nRETR 2\r\nDELE 2\r\n", office => office.Messages.OnExpunge = StoreFailure.Busy);
        await client.SendAsync("QUIT\r\n");
        Assert.Equal("-ERR some deleted messages not removed", await client.NextAsync());
        Assert.Equal([11u, 13u], office.Messages.SeenUids(PostOffice.Paul));
        Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
    }

    // RFC 1460 §5, with a maildrop that has been read before.
    [Fact]
    public Task LastRemembersTheSessionsBefore() => new Transcript("""
        S: *
        C: USER alice
        c: PASS a pass  phrase \r\n
        S: +OK
        S: +OK *
        C: LAST
        S: +OK 1 is the last read message.
        C: DELE 1
        S: +OK *
        C: LAST
        S: +OK 1 is the last read message.
        C: DELE 2
        S: +OK *
        C: LAST
        S: +OK 2 is the last read message.
        C: RSET
        S: +OK *
        C: LAST
        S: +OK 1 is the last read message.
        """).PlayEveryWayAsync(() =>
    {
        var office = new PostOffice();
        office.Messages.See(PostOffice.Alice, 11);
        return office.Service();
    });

    [Theory]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(200)]
    public async Task LastFindsTheHighestReadOfMany(int number)
    {
        var office = new PostOffice();
        for (var i = 0; i < 194; i++) office.Messages.Add(PostOffice.Paul, "x\r\n");
        var uids = office.Messages.Uids(PostOffice.Paul);
        office.Messages.See(PostOffice.Paul, uids[0]);
        office.Messages.See(PostOffice.Paul, uids[number - 1]);
        await using var client = await office.LogInAsync();
        await client.SendAsync("LAST\r\n");
        Assert.Equal($"+OK {number} is the last read message.", await client.NextAsync());
    }

    [Fact]
    public async Task TheNextSessionsLastKnowsWhatThisOneRead()
    {
        var (office, client) = await RetrievedAsync("RETR 3\r\n");
        await client.HangUpAsync();
        await client.EndAsync();
        await using var next = await office.LogInAsync();
        await next.SendAsync("LAST\r\n");
        Assert.Equal("+OK 3 is the last read message.", await next.NextAsync());
    }

    [Fact]
    public async Task AnyPatternOfReadAndMarkedIsCarriedOutExactly()
    {
        var office = new PostOffice();
        for (var i = 0; i < 194; i++) office.Messages.Add(PostOffice.Paul, "x\r\n");
        var before = office.Messages.Uids(PostOffice.Paul);
        var read = Enumerable.Range(1, 200).Where(n => n * n % 5 is 1 or 4 || n is 64 or 65 or 200).ToArray();
        var marked = Enumerable.Range(1, 200).Where(n => n * 3 % 7 is 1 or 2 || n is 64 or 128).ToArray();
        await using var client = await office.LogInAsync();
        await client.SendAsync(string.Concat(read.Select(n => $"RETR {n}\r\n")) + string.Concat(marked.Select(n => $"DELE {n}\r\n")) + "QUIT\r\n");
        await client.RestAsync();
        Assert.Equal(before.Where((_, index) => !marked.Contains(index + 1)), office.Messages.Uids(PostOffice.Paul));
        Assert.Equal(before.Where((_, index) => read.Contains(index + 1) && !marked.Contains(index + 1)), office.Messages.SeenUids(PostOffice.Paul));
    }
}
