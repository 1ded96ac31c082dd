using System.Globalization;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Contract;

public abstract class QuotaContract : StoreContract
{
    [Fact]
    public async Task FillsAnAccountToTheLastOctetAndNoFurther()
    {
        var inbox = await AddInboxAsync("a@example.org");
        await SetAccountAsync("a@example.org", 1000);
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(600, inbox));
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(401, inbox));
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(400, inbox));
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(1, inbox));
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(0, inbox));
        await AssertUidsAsync(inbox, 1u, 2u, 3u);
        Assert.Equal(1000, (await RoomAsync("a@example.org")).UsedOctets);
        Assert.Equal(1, await Messages.ExpungeAsync(inbox, [1u], Never));
        Assert.Equal(400, (await RoomAsync("a@example.org")).UsedOctets);
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(600, inbox));
        await SetAccountAsync("a@example.org", 999);
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(0, inbox));
        await SetAccountAsync("a@example.org", null);
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(5000, inbox));
    }

    [Fact]
    public async Task CountsTheTraceToo()
    {
        var inbox = await AddInboxAsync("a@example.org");
        await SetAccountAsync("a@example.org", 100);
        var acceptance = new Acceptance(new BytesBody(Pattern(90)), [new LocalDelivery(inbox, Text("X: 56789\r\n.")) { EnforceQuota = true }], DateTimeOffset.UnixEpoch);
        Assert.Equal(AcceptOutcome.OverQuota, await Messages.AcceptAsync(acceptance, Never));
        await SetAccountAsync("a@example.org", 101);
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(acceptance, Never));
        Assert.Equal(101, (await RoomAsync("a@example.org")).UsedOctets);
    }

    [Fact]
    public async Task HoldsOnlyDeliveriesThatSaySo()
    {
        var inbox = await AddInboxAsync("a@example.org");
        await SetAccountAsync("a@example.org", 10);
        await SetDomainAsync(20, 5);
        Assert.Equal(AcceptOutcome.Done, await Messages.AcceptAsync(Message(Pattern(1000), inbox), Never));
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(1, inbox));
        Assert.Equal((1000L, 1000L), (await RoomAsync("a@example.org") is var room ? room.UsedOctets : 0, room.DomainUsedOctets));
    }

    [Fact]
    public async Task StoresForAllOrForNone()
    {
        var full = await AddInboxAsync("a@example.org");
        var empty = await AddInboxAsync("b@example.org");
        await SetAccountAsync("a@example.org", 10);
        await SetAccountAsync("b@example.org", 100);
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(60, empty, full));
        Assert.Empty(await UidsAsync(empty));
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(100, empty)); // what was refused has taken nothing up
        Assert.Equal(AcceptOutcome.MailboxGone, await AcceptAsync(1, full, empty + 1000));
    }

    [Fact]
    public async Task UsesTheDomainsDefaultAndHoldsTheDomainsQuota()
    {
        var one = await AddInboxAsync("a@example.org");
        var two = await AddInboxAsync("b@example.org");
        var foreign = await AddInboxAsync("c@other.example");
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(100, one, two, foreign)); // before there was a quota
        await SetDomainAsync(1000, 600);
        Assert.Equal(200, (await RoomAsync("a@example.org")).DomainUsedOctets);
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(501, one));
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(500, one));
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(301, two));
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(151, two, foreign, one));
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(300, two, foreign));
        var room = await RoomAsync("b@example.org");
        Assert.Equal((400L, 600L, 1000L, 1000L), (room.UsedOctets, room.LimitOctets, room.DomainUsedOctets, room.DomainLimitOctets));
        Assert.Equal(new AccountRoom(new AccountSettings(null, true), 400, null, 0, null), await RoomAsync("c@other.example"));

        await SetDomainAsync(null, null);
        Assert.Equal(0, (await RoomAsync("a@example.org")).DomainUsedOctets);
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(5000, one));
        await SetDomainAsync(10_000, null);
        Assert.Equal(6000, (await RoomAsync("a@example.org")).DomainUsedOctets);
    }

    [Fact]
    public async Task JudgesOneMessageForManyMailboxesOfADomainAsAWhole()
    {
        var inboxes = new List<long>();
        for (var i = 0; i < 10; i++) inboxes.Add(await AddInboxAsync(string.Create(CultureInfo.InvariantCulture, $"u{i}@example.org")));
        await SetDomainAsync(999, null);
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(100, [.. inboxes]));
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(99, [.. inboxes]));
        Assert.Equal(990, (await RoomAsync("u0@example.org")).DomainUsedOctets);
    }

    [Fact]
    public async Task GivesTheRoomOfARemovedAccountBackToItsDomain()
    {
        var one = await AddInboxAsync("a@example.org");
        var two = await AddInboxAsync("b@example.org");
        await SetDomainAsync(1000, null);
        await AcceptAsync(500, one, two);
        Assert.Equal(AcceptOutcome.OverQuota, await AcceptAsync(1, two));
        await Accounts.RemoveAccountAsync(Address("a@example.org"), Never);
        Assert.Equal(500, (await RoomAsync("b@example.org")).DomainUsedOctets);
        await SettleAsync();
        await ReopenAsync();
        Assert.Equal(500, (await RoomAsync("b@example.org")).DomainUsedOctets);
        Assert.Equal(AcceptOutcome.Done, await AcceptAsync(500, two));
    }

    [Fact]
    public async Task JudgesEachOfThoseThatShareATransactionByTheOthers()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var other = await AddInboxAsync("b@example.org");
        await SetAccountAsync("a@example.org", 1000);
        await SetDomainAsync(1500, null);
        using var gate = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var slow = Messages.AcceptAsync(new Acceptance(new SlowBody(gate, entered), [new LocalDelivery(other, default)], DateTimeOffset.UnixEpoch), Never).AsTask();
        entered.Wait(Never);
        var waiting = new (int Octets, long Inbox)[] { (600, inbox), (500, inbox), (400, inbox), (1, inbox), (500, other), (498, other), (2, other) }
            .Select(message => AcceptAsync(message.Octets, message.Inbox).AsTask()).ToArray();
        gate.Set();
        await slow;
        Assert.Equal([AcceptOutcome.Done, AcceptOutcome.OverQuota, AcceptOutcome.Done, AcceptOutcome.OverQuota, AcceptOutcome.OverQuota, AcceptOutcome.Done, AcceptOutcome.OverQuota],
            await Task.WhenAll(waiting));
        Assert.Equal((1000L, 1499L), (await RoomAsync("a@example.org") is var room ? room.UsedOctets : 0, room.DomainUsedOctets));
    }

    [Fact]
    public async Task NeverExceedsAQuotaByAnOctetWithManyAtOnce()
    {
        const int Size = 100;
        const int Room = 137;
        var one = await AddInboxAsync("a@example.org");
        var two = await AddInboxAsync("b@example.org");
        await SetAccountAsync("a@example.org", (Room * Size) + 99);
        await SetDomainAsync(2 * Room * Size, null);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).SelectMany(_ => new[] { one, two }).Select(inbox => Task.Run(async () =>
        {
            var done = 0;
            for (var i = 0; i < 8; i++) if (await AcceptAsync(Size, inbox) == AcceptOutcome.Done) done++;
            return (inbox, done);
        })));
        Assert.Equal(2 * Room, outcomes.Sum(outcome => outcome.done));
        Assert.True(outcomes.Where(outcome => outcome.inbox == one).Sum(outcome => outcome.done) <= Room);
        Assert.Equal(2 * Room * Size, (await RoomAsync("b@example.org")).DomainUsedOctets);
    }

    [Fact]
    public async Task CountsADomainExactlyWhileMailComesAndGoes()
    {
        var inboxes = new List<long>();
        for (var i = 0; i < 6; i++) inboxes.Add(await AddInboxAsync(string.Create(CultureInfo.InvariantCulture, $"u{i}@example.org")));
        await SetDomainAsync(1L << 30, 1L << 20);
        await using var beside = await OpenBesideAsync();
        var accepting = Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 60; i++)
            {
                var store = worker % 4 == 0 ? beside : Store;
                var inbox = inboxes[(worker + i) % inboxes.Count];
                _ = await store.Messages.AcceptAsync(Enforced(50 + i, inbox, inboxes[(worker + i + 1) % inboxes.Count]), Never);
                if (i % 5 == 4) _ = await store.Messages.ExpungeAsync(inbox, [(uint)i, (uint)(i + 1)], Never);
            }
        }));
        var changing = Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                await SetDomainAsync(i % 2 == 0 ? null : 1L << 30, 1L << 20);
                if (i == 10) await Accounts.RemoveAccountAsync(Address("u5@example.org"), Never);
            }
        });
        await Task.WhenAll([.. accepting, changing]);
        long used = 0;
        for (var i = 0; i < 5; i++) used += (await RoomAsync(string.Create(CultureInfo.InvariantCulture, $"u{i}@example.org"))).UsedOctets;
        Assert.True(used > 0);
        Assert.Equal(used, (await RoomAsync("u0@example.org")).DomainUsedOctets);
        Assert.Equal(used, (await beside.Addresses.FindAsync(Address("u1@example.org"), Never)).Room!.DomainUsedOctets);
    }

    private static Acceptance Enforced(int octets, params long[] mailboxes) =>
        new(new BytesBody(Pattern(octets)), [.. mailboxes.Select(mailbox => new LocalDelivery(mailbox, default) { EnforceQuota = true })], DateTimeOffset.UnixEpoch);

    private ValueTask<AcceptOutcome> AcceptAsync(int octets, params long[] mailboxes) => Messages.AcceptAsync(Enforced(octets, mailboxes), Never);

    private async Task SetAccountAsync(string address, long? quota) =>
        Assert.Equal(ChangeOutcome.Done, await Addresses.SetAccountAsync(Address(address), new AccountSettings(quota, AcceptsTerminal: true), Never));

    private async Task SetDomainAsync(long? quota, long? accountQuota) =>
        Assert.Equal(ChangeOutcome.Done, await Addresses.SetDomainAsync(Domain("example.org"), new DomainSettings(null, quota, accountQuota), Never));

    private async Task<AccountRoom> RoomAsync(string address) => (await Addresses.ReadAccountAsync(Address(address), Never))!;
}
