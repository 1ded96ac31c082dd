using Merpati.Storage;
using Merpati.Storage.Addressing;

namespace Merpati.Pop3.Tests;

/// <summary>With a retention of 0 days, what was retrieved whole leaves at QUIT (RFC 2449 §6.7), and at no other end.</summary>
public sealed class RetentionTests
{
    private static readonly uint[] All = [11, 13, 15, 17, 19, 21];

    private static async Task<(PostOffice Office, string Goodbye)> PlayAsync(string commands, Action<PostOffice>? prepare = null)
    {
        var office = new PostOffice();
        office.Messages.Retention = new Retention(0);
        prepare?.Invoke(office);
        await using var client = await office.LogInAsync();
        await client.SendAsync(commands + "QUIT\r\n");
        var goodbye = "";
        while (await client.NextAsync() is { } line) goodbye = line;
        await client.EndAsync();
        return (office, goodbye);
    }

    [Fact]
    public async Task WhatWasRetrievedLeavesAtQuit()
    {
        var (office, goodbye) = await PlayAsync("RETR 1\r\nRETR 4\r\nRETR 4\r\nTOP 2 1000\r\nDELE 6\r\n");
        Assert.Equal("+OK mail.example.org POP3 server signing off (3 messages left)", goodbye);
        Assert.Equal([13u, 15u, 19u], office.Messages.Uids(PostOffice.Paul));
        Assert.Equal((1, 0), (office.Messages.Expunges, office.Messages.Marks));
        Assert.Contains("3 retrieved, 3 deleted", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasReadBeforeLeavesTooWhenItIsRetrieved()
    {
        var (office, goodbye) = await PlayAsync("RETR 1\r\n", office =>
        {
            office.Messages.See(PostOffice.Paul, 11);
            office.Messages.See(PostOffice.Paul, 13);
        });
        Assert.Equal("+OK mail.example.org POP3 server signing off (5 messages left)", goodbye);
        Assert.Equal(All[1..], office.Messages.Uids(PostOffice.Paul));
    }

    [Fact]
    public async Task UntilQuitItIsThereAndCounted()
    {
        var office = new PostOffice();
        office.Messages.Retention = new Retention(0);
        await using var client = await office.LogInAsync();
        await client.SendAsync("RETR 6\r\n");
        while (await client.NextAsync() != ".")
        {
        }

        await client.SendAsync("STAT\r\nLIST 6\r\nDELE 6\r\nQUIT\r\n");
        Assert.Equal("+OK 6 12576", await client.NextAsync());
        Assert.Equal("+OK 6 2068", await client.NextAsync());
        Assert.Equal("+OK Message 6 has been deleted.", await client.NextAsync());
        Assert.Equal("+OK mail.example.org POP3 server signing off (5 messages left)", await client.NextAsync());
    }

    [Fact]
    public async Task AnEmptiedMaildropSaysSo()
    {
        var (office, goodbye) = await PlayAsync(string.Concat(Enumerable.Range(1, 6).Select(number => $"RETR {number}\r\n")));
        Assert.Equal("+OK mail.example.org POP3 server signing off (maildrop empty)", goodbye);
        Assert.Empty(office.Messages.Uids(PostOffice.Paul));
    }

    // Who asks for RSET wants nothing removed; but what was read stays read.
    [Fact]
    public async Task RsetKeepsWhatWasRetrievedBeforeIt()
    {
        var (office, goodbye) = await PlayAsync("RETR 1\r\nDELE 2\r\nRSET\r\nRETR 3\r\n");
        Assert.Equal("+OK mail.example.org POP3 server signing off (5 messages left)", goodbye);
        Assert.Equal([11u, 13u, 17u, 19u, 21u], office.Messages.Uids(PostOffice.Paul));
        Assert.Equal([11u], office.Messages.SeenUids(PostOffice.Paul));
    }

    [Fact]
    public async Task ADropRemovesNothing()
    {
        var office = new PostOffice();
        office.Messages.Retention = new Retention(0);
        var client = await office.LogInAsync();
        await client.SendAsync("RETR 1\r\n");
        while (await client.NextAsync() != ".")
        {
        }

        await client.HangUpAsync();
        await client.EndAsync();
        Assert.Equal(All, office.Messages.Uids(PostOffice.Paul));
        Assert.Equal([11u], office.Messages.SeenUids(PostOffice.Paul));
    }

    [Fact]
    public async Task AMessageThatCannotBeReadStays()
    {
        var (office, goodbye) = await PlayAsync("RETR 1\r\n", office => office.Messages.OnRead = StoreFailure.Corrupt);
        Assert.Equal("+OK mail.example.org POP3 server signing off (6 messages left)", goodbye);
        Assert.Equal(0, office.Messages.Expunges);
    }

    [Fact]
    public async Task QuitSaysHonestlyThatNothingWasRemoved()
    {
        var (office, goodbye) = await PlayAsync("RETR 1\r\n", office => office.Messages.OnExpunge = StoreFailure.NoSpace);
        Assert.Equal("-ERR some deleted messages not removed", goodbye);
        Assert.Equal(All, office.Messages.Uids(PostOffice.Paul));
        Assert.Equal([11u], office.Messages.SeenUids(PostOffice.Paul));
    }

    [Theory]
    [InlineData(null, 0, 5)]
    [InlineData(null, 30, 6)]
    [InlineData(0, 30, 5)]
    [InlineData(30, 0, 6)]
    [InlineData(int.MaxValue, 0, 6)]
    public async Task TheAccountsWordGoesBeforeTheServers(int? own, int byDefault, int left)
    {
        var (office, _) = await PlayAsync("RETR 2\r\n", office =>
        {
            office.Messages.Retention = own is { } days ? new Retention(days) : null;
            office.Options = office.Options with { DefaultRetention = new Retention(byDefault) };
        });
        Assert.Equal(left, office.Messages.Uids(PostOffice.Paul).Length);
    }
}
