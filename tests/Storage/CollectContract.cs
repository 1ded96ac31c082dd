using System.Globalization;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Contract;

public abstract class CollectContract : StoreContract
{
    private const string Old = "pop3s://ann@old.example:995/";

    private static readonly NewCollectSource Ann = new(Address("ann@example.org"), Old);
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public async Task KeepsWhatIsSetForASource()
    {
        var inbox = await AddInboxAsync("Ann@example.org");
        Assert.Null(await Collecting.FindAsync(Address("ann@example.org"), Old, Never));
        var settings = Ann with { After = CollectAfter.Delete, Tls = CollectTls.Unverified, SealedPassword = "sealed", Interval = TimeSpan.FromMinutes(5) };
        var added = (await Collecting.PutAsync(settings, Never))!;
        var account = (await Accounts.FindFirstAccountAsync(Never))!;
        Assert.Equal((account.Id, inbox, null, 0L), (added.AccountId, added.InboxId, added.LastRun, added.Collected));
        Assert.Equal(settings with { Account = account.Address }, added.Settings);
        await ReopenAsync();
        Assert.Equal(added, await Collecting.FindAsync(Address("ANN@example.org"), Old, Never));
        Assert.Null(await Collecting.FindAsync(Address("ann@example.org"), Old + "x", Never));
        Assert.Null(await Collecting.FindAsync(Address("bob@example.org"), Old, Never));
        Assert.Null(await Collecting.PutAsync(Ann with { Account = Address("bob@example.org") }, Never));
        Assert.Null(await Collecting.PutAsync(Ann with { Account = Address("ann@foreign.example") }, Never));
    }

    [Fact]
    public async Task ChangesASourceAndStillKnowsWhatWasCollected()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann with { SealedPassword = "one", Interval = TimeSpan.FromHours(1) }, Never))!;
        await CollectAsync(inbox, source.Id, "a");
        var run = new CollectRun(At, 1, null);
        await Collecting.RecordRunAsync(source.Id, run, Never);
        var changed = (await Collecting.PutAsync(Ann with { After = CollectAfter.Delete, Tls = CollectTls.None }, Never))!;
        Assert.Equal((source.Id, run, 1L), (changed.Id, changed.LastRun, changed.Collected));
        Assert.Equal(Ann with { After = CollectAfter.Delete, Tls = CollectTls.None }, changed.Settings);
        Assert.Equal(["b"], await Collecting.FindNewAsync(source.Id, ["a", "b"], Never));
        Assert.Equal(changed, Assert.Single(await Collecting.ListAsync(null, Never)));
    }

    [Fact]
    public async Task ListsSourcesByAccountAndServer()
    {
        foreach (var text in new[] { "b@zoo.example", "ann@example.org", "bob@example.org" }) await AddInboxAsync(text);
        foreach (var (account, server) in new[] { ("b@zoo.example", "pop3://b@x/"), ("bob@example.org", "pop3://b@y/"), ("bob@example.org", "pop3://b@x/"), ("ann@example.org", Old) })
        {
            Assert.NotNull(await Collecting.PutAsync(new NewCollectSource(Address(account), server), Never));
        }

        Assert.Equal(["ann@example.org " + Old, "bob@example.org pop3://b@x/", "bob@example.org pop3://b@y/", "b@zoo.example pop3://b@x/"], await ListAsync(null));
        Assert.Equal(["bob@example.org pop3://b@x/", "bob@example.org pop3://b@y/"], await ListAsync("BOB@example.org"));
        Assert.Empty(await ListAsync("nobody@example.org"));
    }

    [Fact]
    public async Task StoresAMessageOnceHoweverOftenItIsCollected()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var one = (await Collecting.PutAsync(Ann, Never))!;
        var two = (await Collecting.PutAsync(Ann with { Server = "pop3://ann@other.example:110/" }, Never))!;
        Assert.Equal(AcceptOutcome.Done, await CollectAsync(inbox, one.Id, "a"));
        await ReopenAsync();
        Assert.Equal(AcceptOutcome.AlreadyCollected, await CollectAsync(inbox, one.Id, "a"));
        Assert.Equal(AcceptOutcome.Done, await CollectAsync(inbox, one.Id, "A"));
        Assert.Equal(AcceptOutcome.Done, await CollectAsync(inbox, two.Id, "a"));
        await AssertUidsAsync(inbox, 1, 2, 3);
        Assert.Equal((2L, 1L), (await CollectedAsync(one), await CollectedAsync(two)));
        await Messages.ExpungeAsync(inbox, [1u, 2u, 3u], Never);
        Assert.Equal(AcceptOutcome.AlreadyCollected, await CollectAsync(inbox, one.Id, "a")); // removed here is no reason to bring it again
        Assert.Empty(await UidsAsync(inbox));
    }

    [Fact]
    public async Task StoresAMessageOnceThoughManyBringItAtTheSameTime()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => CollectAsync(inbox, source.Id, "a")));
        Assert.Equal(1, outcomes.Count(outcome => outcome == AcceptOutcome.Done));
        Assert.Equal(31, outcomes.Count(outcome => outcome == AcceptOutcome.AlreadyCollected));
        await AssertUidsAsync(inbox, 1);
    }

    [Fact]
    public async Task NotesNothingOfWhatWasNotStored()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        await Addresses.SetAccountAsync(Address("ann@example.org"), new AccountSettings(10, true), Never);
        var large = new Acceptance(new BytesBody(Pattern(11)), [new LocalDelivery(inbox, default) { EnforceQuota = true }], At) { Collected = new CollectedMessage(source.Id, "a") };
        Assert.Equal(AcceptOutcome.OverQuota, await Messages.AcceptAsync(large, Never));
        Assert.Equal(AcceptOutcome.MailboxGone, await CollectAsync(inbox + 1000, source.Id, "a"));
        await Assert.ThrowsAsync<IOException>(async () => await Messages.AcceptAsync(large with { Body = new FailingBody(5) }, Never));
        Assert.Equal(["a"], await Collecting.FindNewAsync(source.Id, ["a"], Never));
        Assert.Equal(0, await CollectedAsync(source));
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(large with { Body = new BytesBody(Pattern(10)) }, Never));
        Assert.Equal(AcceptOutcome.AlreadyCollected, await Messages.AcceptAsync(large, Never)); // not OverQuota: there is nothing to wait for
        Assert.Equal(1, await CollectedAsync(source));
    }

    [Fact]
    public async Task StoresNothingForASourceThatIsGone()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        await CollectAsync(inbox, source.Id, "a");
        Assert.Equal(ChangeOutcome.Done, await Collecting.RemoveAsync(Address("ANN@example.org"), Old, Never));
        Assert.Equal(ChangeOutcome.NotFound, await Collecting.RemoveAsync(Address("ann@example.org"), Old, Never));
        Assert.Equal(ChangeOutcome.NotFound, await Collecting.RemoveAsync(Address("nobody@example.org"), Old, Never));
        Assert.Equal(AcceptOutcome.AlreadyCollected, await CollectAsync(inbox, source.Id, "b"));
        await AssertUidsAsync(inbox, 1);
        Assert.Null(await Collecting.FindAsync(Address("ann@example.org"), Old, Never));
        Assert.Empty(await Collecting.ReadCollectedAsync(source.Id, null, 10, Never));
        Assert.Equal(["a"], await Collecting.FindNewAsync(source.Id, ["a"], Never));
        await Collecting.RecordRunAsync(source.Id, new CollectRun(At, 1, null), Never); // passed over
        await Collecting.ForgetAsync(source.Id, ["a"], Never);

        var again = (await Collecting.PutAsync(Ann, Never))!; // begins anew: nothing is known of it
        Assert.NotEqual(source.Id, again.Id);
        Assert.Equal(AcceptOutcome.Done, await CollectAsync(inbox, again.Id, "a"));
        await AssertUidsAsync(inbox, 1, 2);
        await SettleAsync();
        Assert.Equal(["a"], await Collecting.ReadCollectedAsync(again.Id, null, 10, Never));
    }

    [Fact]
    public async Task RemovesTheSourcesOfAnAccountWithIt()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var bobs = await AddInboxAsync("bob@example.org");
        var one = (await Collecting.PutAsync(Ann, Never))!;
        await Collecting.PutAsync(Ann with { Server = "pop3://ann@other.example:110/" }, Never);
        var kept = (await Collecting.PutAsync(Ann with { Account = Address("bob@example.org") }, Never))!;
        await CollectAsync(inbox, one.Id, "a");
        await CollectAsync(bobs, kept.Id, "a");
        Assert.Equal(ChangeOutcome.Done, await Accounts.RemoveAccountAsync(Address("ann@example.org"), Never));
        Assert.Equal(["bob@example.org " + Old], await ListAsync(null));
        await AddInboxAsync("ann@example.org");
        Assert.Empty(await ListAsync("ann@example.org"));
        await SettleAsync();
        Assert.Equal(["a"], await Collecting.ReadCollectedAsync(kept.Id, null, 10, Never));
        Assert.Empty(await Collecting.ReadCollectedAsync(one.Id, null, 10, Never));
    }

    [Fact]
    public async Task SaysWhatIsNewInTheOrderGiven()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        var uniqueIds = Enumerable.Range(0, 10_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i * 7919) % 10_000:x8}")).ToList();
        await Task.WhenAll(uniqueIds.Where((_, at) => at % 50 == 0).Select(uniqueId => CollectAsync(inbox, source.Id, uniqueId)));
        Assert.Equal(uniqueIds.Where((_, at) => at % 50 != 0), await Collecting.FindNewAsync(source.Id, uniqueIds, Never));
        Assert.Equal(uniqueIds, await Collecting.FindNewAsync(source.Id + 1, uniqueIds, Never));
        Assert.Empty(await Collecting.FindNewAsync(source.Id, [], Never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Collecting.FindNewAsync(source.Id, [.. uniqueIds, "x"], Never));
    }

    [Fact]
    public async Task ForgetsWhatIsNoMoreAtTheServer()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        var uniqueIds = Enumerable.Range(0, 1200).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i:d4}")).ToList();
        await Task.WhenAll(uniqueIds.Select(uniqueId => CollectAsync(inbox, source.Id, uniqueId)));
        await Collecting.ForgetAsync(source.Id, [.. uniqueIds.Take(1100), "not known"], Never);
        await ReopenAsync();
        Assert.Equal(uniqueIds.Skip(1100), await Collecting.ReadCollectedAsync(source.Id, null, 2000, Never));
        Assert.Equal(uniqueIds.Take(1100), await Collecting.FindNewAsync(source.Id, uniqueIds, Never));
        Assert.Equal(1200, await CollectedAsync(source)); // what was collected stays counted
        Assert.Equal(AcceptOutcome.Done, await CollectAsync(inbox, source.Id, "0000"));
    }

    [Fact]
    public async Task ReadsWhatWasCollectedPartByPartByItsOctets()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        foreach (var uniqueId in new[] { "b", "\uE000", "Z", "aa", "\U0001F600", "a", "~", new string('x', 70) }) await CollectAsync(inbox, source.Id, uniqueId);
        string[] expected = ["Z", "a", "aa", "b", new string('x', 70), "~", "\uE000", "\U0001F600"];
        Assert.Equal(expected, await Collecting.ReadCollectedAsync(source.Id, null, 100, Never));
        Assert.Equal(expected[..3], await Collecting.ReadCollectedAsync(source.Id, null, 3, Never));
        Assert.Equal(expected[3..5], await Collecting.ReadCollectedAsync(source.Id, "aa", 2, Never));
        Assert.Equal(expected[2..], await Collecting.ReadCollectedAsync(source.Id, "a!", 100, Never));
        Assert.Empty(await Collecting.ReadCollectedAsync(source.Id, expected[^1], 100, Never));
        Assert.Empty(await Collecting.ReadCollectedAsync(source.Id, null, 0, Never));
    }

    public static TheoryData<char, int> NoUniqueIds => new() { { 'x', 0 }, { 'x', 71 }, { '\u00E9', 36 }, { '\0', 1 }, { '\uD800', 1 } };

    [Theory]
    [MemberData(nameof(NoUniqueIds))]
    public async Task TakesNothingForAUniqueIdThatIsNone(char character, int length)
    {
        var uniqueId = new string(character, length);
        var inbox = await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await CollectAsync(inbox, source.Id, uniqueId));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Collecting.FindNewAsync(source.Id, [uniqueId], Never));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Collecting.ForgetAsync(source.Id, [uniqueId], Never));
        Assert.Empty(await UidsAsync(inbox));
    }

    [Fact]
    public async Task NotesHowTheLastRunWent()
    {
        await AddInboxAsync("ann@example.org");
        var source = (await Collecting.PutAsync(Ann, Never))!;
        foreach (var run in new[] { new CollectRun(At, 0, "the password was refused"), new CollectRun(At.AddHours(1), 12, null) })
        {
            await Collecting.RecordRunAsync(source.Id, run, Never);
            await ReopenAsync();
            Assert.Equal(source with { LastRun = run }, await Collecting.FindAsync(Address("ann@example.org"), Old, Never));
        }
    }

    [Fact]
    public async Task IsSeenByEveryProcess()
    {
        var inbox = await AddInboxAsync("ann@example.org");
        await using var command = await OpenBesideAsync();
        var source = (await command.Collecting.PutAsync(Ann, Never))!;
        Assert.Equal(source, await Collecting.FindAsync(Address("ann@example.org"), Old, Never));
        var message = Message(Text("x"), inbox) with { Collected = new CollectedMessage(source.Id, "a") };
        Assert.Equal(AcceptOutcome.Done, await command.Messages.AcceptAsync(message, Never));
        Assert.Equal(AcceptOutcome.AlreadyCollected, await Messages.AcceptAsync(message, Never));
        await AssertUidsAsync(inbox, 1);
    }

    private Task<AcceptOutcome> CollectAsync(long inbox, long source, string uniqueId) =>
        Messages.AcceptAsync(Message(Text("x"), inbox) with { Collected = new CollectedMessage(source, uniqueId) }, Never).AsTask();

    private async Task<long> CollectedAsync(CollectSource source) =>
        (await Collecting.FindAsync(source.Settings.Account, source.Settings.Server, Never))!.Collected;

    private async Task<List<string>> ListAsync(string? account) =>
        [.. (await Collecting.ListAsync(account is null ? null : Address(account), Never)).Select(source => $"{source.Settings.Account} {source.Settings.Server}")];
}
