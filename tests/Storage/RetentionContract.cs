using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Contract;

public abstract class RetentionContract : StoreContract
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly DomainSettings PlainDomain = new(null, null, null);
    private static readonly AccountSettings PlainAccount = new(null, true);

    [Fact]
    public async Task KeepsWhatIsSetForDomainsAndAccounts()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var other = await AddInboxAsync("b@other.example");
        Assert.Null((await Messages.ReadMailboxAsync(inbox, Never))!.Retention);
        await SetDomainAsync(new Retention(30));
        await ReopenAsync();
        Assert.Equal(PlainDomain with { Retention = new Retention(30) }, await Addresses.ReadDomainAsync(Domain("example.org"), Never));
        await AssertRetentionAsync(inbox, null, new Retention(30));
        foreach (var retention in new[] { new Retention(0), new Retention(7), Retention.Forever })
        {
            await SetAccountAsync(retention);
            await AssertRetentionAsync(inbox, retention, retention);
        }

        await SetAccountAsync(null);
        await AssertRetentionAsync(inbox, null, new Retention(30));
        await SetDomainAsync(null);
        await AssertRetentionAsync(inbox, null, null);
        Assert.Null((await Messages.ReadMailboxAsync(other, Never))!.Retention);
        Assert.Equal(PlainDomain, await Addresses.ReadDomainAsync(Domain("example.org"), Never));
    }

    [Fact]
    public async Task RefusesARetentionBelowNothing()
    {
        await AddInboxAsync("a@example.org");
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SetDomainAsync(new Retention(-1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SetAccountAsync(new Retention(-1)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ExpireAsync(new Retention(-1)));
    }

    [Fact]
    public async Task RemovesWhatHasStayedLongerThanItMay()
    {
        var inbox = await AddInboxAsync("a@example.org");
        foreach (var age in new[] { Days(10), Days(7) + Millisecond, Days(7), Days(7) - Millisecond, TimeSpan.Zero, -Days(1) }) await AcceptAsync(inbox, age);
        Assert.Equal(0, await ExpireAsync(Retention.Forever));
        Assert.Equal(0, await ExpireAsync(new Retention(10)));
        Assert.Equal(2, await ExpireAsync(new Retention(7)));
        await AssertUidsAsync(inbox, 3, 4, 5, 6);
        Assert.Equal(0, await ExpireAsync(new Retention(7)));
        await SettleAsync();
        Assert.Null(await ReadAsync(inbox, 1));
        Assert.NotNull(await ReadAsync(inbox, 3));
        var record = (await Messages.ListMailboxesAsync((await Accounts.FindFirstAccountAsync(Never))!.Id, Never))[0];
        Assert.Equal((4, 4L), (record.Messages, record.Octets));
    }

    [Fact]
    public async Task FindsOldMessagesWhateverTheOrderOfTheirDates()
    {
        var inbox = await AddInboxAsync("a@example.org");
        foreach (var age in new[] { 1, 90, 2, 60, 3, 40, 0, 31 }) await AcceptAsync(inbox, Days(age)); // collected from another server, say
        Assert.Equal(4, await ExpireAsync(new Retention(30)));
        await AssertUidsAsync(inbox, 1, 3, 5, 7);
    }

    [Fact]
    public async Task HoldsTheAccountsBeforeTheDomainsBeforeTheDefault()
    {
        var own = await AddInboxAsync("a@example.org");
        var domains = await AddInboxAsync("b@example.org");
        var byDefault = await AddInboxAsync("c@other.example");
        foreach (var inbox in new[] { own, domains, byDefault })
        {
            foreach (var age in new[] { 25, 15, 5 }) await AcceptAsync(inbox, Days(age));
        }

        await SetAccountAsync(new Retention(20));
        await SetDomainAsync(new Retention(10));
        Assert.Equal(1 + 2, await ExpireAsync(Retention.Forever));
        await AssertUidsAsync(own, 2, 3);
        await AssertUidsAsync(domains, 3);
        await AssertUidsAsync(byDefault, 1, 2, 3);
        await SetAccountAsync(Retention.Forever);
        Assert.Equal(3, await ExpireAsync(new Retention(1)));
        await AssertUidsAsync(own, 2, 3);
        await AssertUidsAsync(domains, 3);
        await AssertUidsAsync(byDefault);
    }

    [Fact]
    public async Task LeavesWhatGoesWithTheReadersSession()
    {
        var inbox = await AddInboxAsync("a@example.org");
        await AcceptAsync(inbox, Days(1000));
        Assert.Equal(0, await ExpireAsync(new Retention(0)));
        await SetAccountAsync(new Retention(0));
        Assert.Equal(0, await ExpireAsync(new Retention(1)));
        await AssertUidsAsync(inbox, 1);
    }

    [Fact]
    public async Task LeavesAMaildropThatASessionHoldsForTheNextTime()
    {
        var held = await AddInboxAsync("a@example.org");
        var free = await AddInboxAsync("b@example.org");
        foreach (var inbox in new[] { held, free }) await AcceptAsync(inbox, Days(2));
        await using (await Messages.TryLockMaildropAsync(held, Never))
        {
            Assert.Equal(1, await ExpireAsync(new Retention(1)));
            await AssertUidsAsync(held, 1);
            await AssertUidsAsync(free);
        }

        Assert.Equal(1, await ExpireAsync(new Retention(1)));
        await AssertUidsAsync(held);
    }

    [Fact]
    public async Task RemovesManyInManySteps()
    {
        var inboxes = new[] { await AddInboxAsync("a@example.org"), await AddInboxAsync("b@example.org") };
        var acceptances = Enumerable.Range(0, 1300).Select(i => AcceptAsync(inboxes[i % 2], Days(i % 13 == 0 ? 1 : 100)));
        await Task.WhenAll(acceptances);
        Assert.Equal(1200, await ExpireAsync(new Retention(30)));
        Assert.Equal(50, (await UidsAsync(inboxes[0])).Length);
        Assert.Equal(50, (await UidsAsync(inboxes[1])).Length);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Messages.ExpireAsync(new Retention(1), Now.AddDays(9), cancelled.Token));
        Assert.Equal(50, (await UidsAsync(inboxes[0])).Length);
    }

    private static TimeSpan Millisecond => TimeSpan.FromMilliseconds(1);

    private static TimeSpan Days(double days) => TimeSpan.FromDays(days);

    private async Task AcceptAsync(long inbox, TimeSpan age) =>
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Message(Text("x"), inbox) with { ReceivedAt = Now - age }, Never));

    private Task<int> ExpireAsync(Retention byDefault) => Messages.ExpireAsync(byDefault, Now, Never).AsTask();

    private async Task SetDomainAsync(Retention? retention) =>
        Assert.Equal(ChangeOutcome.Done, await Addresses.SetDomainAsync(Domain("example.org"), PlainDomain with { Retention = retention }, Never));

    private async Task SetAccountAsync(Retention? retention) =>
        Assert.Equal(ChangeOutcome.Done, await Addresses.SetAccountAsync(Address("a@example.org"), PlainAccount with { Retention = retention }, Never));

    private async Task AssertRetentionAsync(long inbox, Retention? own, Retention? effective)
    {
        var room = (await Addresses.ReadAccountAsync(Address("a@example.org"), Never))!;
        Assert.Equal((own, effective), (room.Settings.Retention, room.Retention));
        Assert.Equal(room, (await Addresses.FindAsync(Address("a@example.org"), Never)).Room);
        Assert.Equal(effective, (await Messages.ReadMailboxAsync(inbox, Never))!.Retention);
    }
}
