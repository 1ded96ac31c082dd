using Merpati.Mail.Intake;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Tests;

public sealed class DirectoryVersionTests
{
    [Fact]
    public async Task IsAnotherOneAfterEveryChangeAndTheSameAfterAMessage()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var alice = StoreFixture.Address("alice@example.org");
        var last = await fixture.Store.Addresses.ReadVersionAsync(CancellationToken.None);
        async Task ChangesAsync(Func<Task> change)
        {
            await change();
            var now = await fixture.Store.Addresses.ReadVersionAsync(CancellationToken.None);
            Assert.True(now > last);
            last = now;
        }

        await ChangesAsync(() => fixture.Store.Accounts.AddDomainAsync(StoreFixture.Address("x@example.net").Domain, CancellationToken.None).AsTask());
        await ChangesAsync(() => fixture.Store.Accounts.AddAccountAsync(new NewAccount(StoreFixture.Address("bob@example.net"), "", null), CancellationToken.None).AsTask());
        await ChangesAsync(() => fixture.DisableAsync("bob@example.net"));
        await ChangesAsync(() => fixture.RemoveAsync("bob@example.net"));
        await ChangesAsync(() => fixture.CatchAllAsync("example.net", "alice@example.org"));
        await ChangesAsync(() => fixture.AliasAsync("a@example.org", "alice@example.org"));
        await ChangesAsync(() => fixture.AliasAsync("a@example.org", "x@example.net"));
        await ChangesAsync(() => fixture.Store.Addresses.RemoveAliasAsync(StoreFixture.Address("a@example.org"), [alice], CancellationToken.None).AsTask());
        await ChangesAsync(() => fixture.ForwardAsync("f@example.org", "alice@example.org", ForwardMode.Silent));
        await ChangesAsync(() => fixture.Store.Addresses.RemoveForwardAsync(StoreFixture.Address("f@example.org"), CancellationToken.None).AsTask());
        await ChangesAsync(() => fixture.GroupAsync("g@example.org"));
        await ChangesAsync(() => fixture.JoinAsync("g@example.org", "alice@example.org"));
        await ChangesAsync(() => fixture.Store.Addresses.RemoveMembersAsync(StoreFixture.Address("g@example.org"), [alice], CancellationToken.None).AsTask());
        await ChangesAsync(() => fixture.Store.Addresses.RemoveGroupAsync(StoreFixture.Address("g@example.org"), CancellationToken.None).AsTask());
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "alice@example.org").SendAsync());
        Assert.Equal(last, await fixture.Store.Addresses.ReadVersionAsync(CancellationToken.None));
    }

    [Fact]
    public async Task MembersComeInPagesWithWhatStandsAtThem()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await fixture.DisableAsync("bob@example.org");
        await fixture.AliasAsync("c@example.org", "alice@example.org");
        await fixture.GroupAsync("d@example.org", new GroupSettings("The group", PostingPolicy.Anyone, [], true));
        await fixture.GroupAsync("staff@example.org", "Alice@example.org", "bob@example.org", "c@example.org", "d@example.org", "nobody@example.org", "x@elsewhere.example");
        var group = (await fixture.Store.Addresses.FindAsync(StoreFixture.Address("staff@example.org"), CancellationToken.None)).Group!;
        var members = new List<MemberEntry>();
        while (await fixture.Store.Addresses.ReadMemberEntriesAsync(group.Id, members.LastOrDefault()?.Address, 2, CancellationToken.None) is { Count: > 0 } page) members.AddRange(page);
        Assert.Equal(
            ["Account alice@example.org", "Account bob@example.org shut", "Alias c@example.org", "Group d@example.org The group", "None nobody@example.org", "None x@elsewhere.example foreign"],
            members.Select(member => $"{member.Kind} {member.Address.ToString().ToLowerInvariant()}{(member.Disabled ? " shut" : "")}{(member.DomainIsOurs ? "" : " foreign")} {member.FullName}".Trim()));
        Assert.Equal(await fixture.AccountIdAsync("alice@example.org"), members[0].AccountId);
        Assert.NotEqual(0, members[0].InboxId);
        Assert.Empty(await fixture.Store.Addresses.ReadMemberEntriesAsync(group.Id + 1000, null, 10, CancellationToken.None));
    }
}
