using Merpati.Mail.Addresses;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>A collected message is stored with the note that it was, or neither is there.</summary>
public sealed class CollectCrashTests : SqliteTest
{
    [Fact]
    public async Task BringsNothingTwiceWhenTheProcessDiesAfterTheAnswer()
    {
        await using var store = await OpenAsync();
        var (inbox, source) = await AddSourceAsync(store);
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Collected(inbox, source), Never));

        // What is in the files at this moment is what a killed process leaves.
        await using var copy = new SqliteHome();
        foreach (var file in new[] { Home.Database, Home.Wal, Home.Marker }) File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        await using var revived = await copy.OpenAsync();
        Assert.Equal(AcceptOutcome.AlreadyCollected, await revived.Messages.AcceptAsync(Collected(inbox, source), Never));
        Assert.Equal(1u, Assert.Single((await revived.Messages.ReadMailboxAsync(inbox, Never))!.Uids));
        Assert.Equal(["one"], await revived.Collecting.ReadCollectedAsync(source, null, 10, Never));
        Assert.Empty(await revived.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task NotesNothingWhenTheCommitFails()
    {
        SqliteFailure? fault = null;
        await using var store = await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Home.Path, Exclusive = true, CommitFault = () => Volatile.Read(ref fault) }, Never);
        var (inbox, source) = await AddSourceAsync(store);
        Volatile.Write(ref fault, new SqliteFailure(13, "full", "COMMIT"));
        await FailsAsync(StoreFailure.NoSpace, () => store.Messages.AcceptAsync(Collected(inbox, source), Never).AsTask());
        Volatile.Write(ref fault, null);
        Assert.Equal(["one"], await store.Collecting.FindNewAsync(source, ["one"], Never));
        Assert.Empty((await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids);
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Collected(inbox, source), Never));
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    private static Acceptance Collected(long inbox, long source) => Message(1000, inbox) with { Collected = new CollectedMessage(source, "one") };

    private static async Task<(long Inbox, long Source)> AddSourceAsync(SqliteMailStore store)
    {
        var inbox = await AddInboxAsync(store);
        Assert.True(EmailAddress.TryParse("a@example.org", out var account));
        return (inbox, (await store.Collecting.PutAsync(new NewCollectSource(account, "pop3s://a@old.example:995/"), Never))!.Id);
    }
}
