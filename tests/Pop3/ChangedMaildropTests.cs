using Merpati.Storage;

namespace Merpati.Pop3.Tests;

/// <summary>A maildrop that changes under the session: by expiry, by an administrator, by new mail, by a store that takes no more changes.</summary>
public sealed class ChangedMaildropTests
{
    private static async Task<string[]> AskAsync(MemoryClient client, string commands)
    {
        await client.SendAsync(commands);
        var lines = new List<string>();
        for (var i = commands.Split('\n').Length - 1; i > 0; i--) lines.Add(await client.NextAsync() ?? "[closed]");
        return [.. lines];
    }

    [Fact]
    public async Task AnExpiredMessageIsGoneAndTheRestKeepTheirNumbers()
    {
        var office = new PostOffice();
        await using var client = await office.LogInAsync();
        office.Messages.Remove(PostOffice.Paul, 13);
        Assert.Equal(
            [
                "+OK 6 12576",
                "+OK 2 2640",
                "-ERR Message 2 is gone, somebody else removed it.",
                "-ERR Message 2 is gone, somebody else removed it.",
                "+OK 3 1764000000.15",
                "+OK Message 2 has been deleted.",
                "+OK Message 3 has been deleted.",
                "+OK mail.example.org POP3 server signing off (4 messages left)",
            ],
            await AskAsync(client, "STAT\r\nLIST 2\r\nRETR 2\r\nTOP 2 0\r\nUIDL 3\r\nDELE 2\r\nDELE 3\r\nQUIT\r\n"));
        Assert.Equal([11u, 17u, 19u, 21u], office.Messages.Uids(PostOffice.Paul));
        await client.EndAsync();
        Assert.Contains("1 deleted", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
        Assert.Empty(office.Log.Of(320));
    }

    [Fact]
    public async Task AllThatWasMarkedMayBeGoneAlready()
    {
        var office = new PostOffice();
        await using var client = await office.LogInAsync();
        await AskAsync(client, "DELE 1\r\nDELE 2\r\n");
        office.Messages.Remove(PostOffice.Paul, 11);
        office.Messages.Remove(PostOffice.Paul, 13);
        Assert.Equal(["+OK mail.example.org POP3 server signing off (4 messages left)"], await AskAsync(client, "QUIT\r\n"));
    }

    [Fact]
    public async Task AnAccountThatIsRemovedEndsInPeace()
    {
        var office = new PostOffice();
        var client = await office.LogInAsync();
        await client.SendAsync("RETR 1\r\n");
        while (await client.NextAsync() != ".")
        {
        }

        office.Messages.RemoveMailbox(PostOffice.Paul);
        Assert.Equal(
            ["-ERR Message 2 is gone, somebody else removed it.", "+OK Message 3 has been deleted.", "+OK mail.example.org POP3 server signing off (5 messages left)"],
            await AskAsync(client, "RETR 2\r\nDELE 3\r\nQUIT\r\n"));
        await client.EndAsync();
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        Assert.Empty(office.Log.Of(320));
    }

    [Fact]
    public async Task AMessageThatGoesWhileItIsSentIsCutOffWithoutItsDot()
    {
        var office = new PostOffice();
        office.Messages.PieceSize = 1000;
        office.Messages.BeforeRead = pieces =>
        {
            if (pieces == 2) office.Messages.Remove(PostOffice.Paul, 19);
        };
        var client = await office.LogInAsync();
        await client.SendAsync("RETR 5\r\nQUIT\r\n");
        Assert.Equal("+OK 3025 octets", await client.NextAsync());
        string? last = null;
        while (await client.NextAsync() is { } line) last = line;
        Assert.NotEqual(".", last);
        await client.EndAsync();
        Assert.Contains("MessageCutShort", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
        Assert.Empty(office.Log.Of(320)); // that is no failure of the store
        Assert.Equal(0, office.Messages.Marks);
    }

    [Fact]
    public async Task NewMailIsForTheNextSession()
    {
        var office = new PostOffice();
        var client = await office.LogInAsync();
        var uid = office.Messages.Add(PostOffice.Paul, PostOffice.TextOf(500));
        Assert.Equal(["+OK 6 12576", "-ERR No such message, only 6 messages in maildrop."], await AskAsync(client, "STAT\r\nDELE 7\r\n"));
        Assert.Equal(["+OK mail.example.org POP3 server signing off (6 messages left)"], await AskAsync(client, "QUIT\r\n"));
        await using var next = await office.LogInAsync();
        Assert.Equal(["+OK 7 13076", $"+OK 7 1764000000.{uid}"], await AskAsync(next, "STAT\r\nUIDL 7\r\n"));
    }

    [Theory]
    [InlineData(StoreFailure.Broken)]
    [InlineData(StoreFailure.NoSpace)]
    public async Task AStoreThatHasBecomeReadOnlyIsReadToTheEndAndQuitSaysSo(StoreFailure failure)
    {
        var office = new PostOffice();
        var client = await office.LogInAsync();
        await AskAsync(client, "DELE 1\r\nDELE 6\r\n");
        office.Messages.OnExpunge = office.Messages.OnMark = failure;
        await client.SendAsync("RETR 4\r\n");
        Assert.Equal("+OK 1100 octets", await client.NextAsync());
        while (await client.NextAsync() != ".")
        {
        }

        Assert.Equal(["-ERR some deleted messages not removed"], await AskAsync(client, "QUIT\r\n"));
        Assert.Null(await client.NextAsync());
        await client.EndAsync();
        Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        Assert.Single(office.Log.Of(320));
    }

    [Fact]
    public async Task QuitWithNothingToRemoveDoesNotAskAReadOnlyStore()
    {
        var office = new PostOffice();
        office.Messages.OnExpunge = office.Messages.OnMark = StoreFailure.Broken;
        await using var client = await office.LogInAsync();
        Assert.Equal(["+OK mail.example.org POP3 server signing off (6 messages left)"], await AskAsync(client, "QUIT\r\n"));
        Assert.Empty(office.Log.Of(320));
        Assert.Empty(office.Log.Of(321));
    }
}
