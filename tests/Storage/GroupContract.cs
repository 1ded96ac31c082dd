using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Storage.Contract;

public abstract class GroupContract : StoreContract
{
    private static readonly GroupSettings Open = new("", PostingPolicy.Anyone, [], ShowsMembers: true);

    [Fact]
    public async Task KeepsAGroupAsItWasAdded()
    {
        await Accounts.AddDomainAsync(Domain("example.org"), Never);
        var settings = new GroupSettings("Everybody ★", PostingPolicy.Named, AddressList("Boss@example.org", "a@foreign.example"), ShowsMembers: false);
        Assert.Equal(ChangeOutcome.Done, await Addresses.AddGroupAsync(Address("All@example.org"), settings, Never));
        await ReopenAsync();
        var entry = await Addresses.FindAsync(Address("ALL@example.org"), Never);
        Assert.Equal(AddressKind.Group, entry.Kind);
        Assert.Equal((null, null, null), (entry.Account, entry.Alias, entry.Forward));
        AssertGroup(entry.Group!, "All@example.org", settings, 0);
        AssertGroup(Assert.Single(await Addresses.ListGroupsAsync(null, Never)), "All@example.org", settings, 0);
        Assert.Equal(ChangeOutcome.AlreadyExists, await Addresses.AddGroupAsync(Address("all@example.org"), settings, Never));
    }

    [Fact]
    public async Task SetsWhatIsSetForAGroup()
    {
        var id = await AddGroupAsync("g@example.org");
        await MembersAsync("g@example.org", "a@example.org");
        foreach (var policy in Enum.GetValues<PostingPolicy>())
        {
            var settings = new GroupSettings($"for {policy}", policy, AddressList("one@example.org", "ONE@example.org", $"{policy}@example.org"), policy == PostingPolicy.Named);
            Assert.Equal(ChangeOutcome.Done, await Addresses.SetGroupAsync(Address("G@example.org"), settings, Never));
            var group = (await Addresses.FindAsync(Address("g@example.org"), Never)).Group!;
            AssertGroup(group, "g@example.org", settings with { Posters = [.. settings.Posters.Where(poster => poster.Local.Value != "ONE").OrderBy(poster => poster.Local.Key, StringComparer.Ordinal)] }, 1);
            Assert.Equal(id, group.Id);
        }

        Assert.Equal(ChangeOutcome.NotFound, await Addresses.SetGroupAsync(Address("h@example.org"), Open, Never));
        await Addresses.AddAliasAsync(Address("a@example.org"), AddressList("b@example.org"), Never);
        Assert.Equal(ChangeOutcome.NotFound, await Addresses.SetGroupAsync(Address("a@example.org"), Open, Never));
    }

    [Fact]
    public async Task BoundsThePosters()
    {
        await AddGroupAsync("g@example.org");
        EmailAddress[] posters = [.. Enumerable.Range(0, 1001).Select(number => Numbered(number))];
        Assert.Equal(ChangeOutcome.Done, await Addresses.SetGroupAsync(Address("g@example.org"), Open with { Posters = posters[..1000] }, Never));
        Assert.Equal(1000, (await Addresses.FindAsync(Address("g@example.org"), Never)).Group!.Settings.Posters.Count);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Addresses.SetGroupAsync(Address("g@example.org"), Open with { Posters = posters }, Never));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Addresses.AddGroupAsync(Address("h@example.org"), Open with { Posters = posters }, Never));
    }

    [Fact]
    public async Task AddsAndRemovesMembersEachOnce()
    {
        var id = await AddGroupAsync("g@example.org");
        Assert.Equal(2, await MembersAsync("G@example.org", "Ann@example.org", "ANN@example.org", "bob@foreign.example"));
        Assert.Equal(1, await MembersAsync("g@example.org", "ann@example.org", "\"c d\"@example.org"));
        await ReopenAsync();
        Assert.Equal(["\"c d\"@example.org", "Ann@example.org", "bob@foreign.example"], (await ReadAsync(id, null, 10)).Order(StringComparer.Ordinal));
        Assert.Equal(3, (await Addresses.FindAsync(Address("g@example.org"), Never)).Group!.Members);
        Assert.True(await Addresses.IsMemberAsync(id, Address("aNN@example.org"), Never));
        Assert.True(await Addresses.IsMemberAsync(id, Address("\"C d\"@example.org"), Never));
        Assert.False(await Addresses.IsMemberAsync(id, Address("an@example.org"), Never));
        Assert.False(await Addresses.IsMemberAsync(id + 1, Address("ann@example.org"), Never));
        Assert.Equal(2, await Addresses.RemoveMembersAsync(Address("g@example.org"), AddressList("ANN@example.org", "bob@foreign.example", "x@example.org", "ann@example.org"), Never));
        Assert.Equal(1, (await Addresses.FindAsync(Address("g@example.org"), Never)).Group!.Members);
        Assert.False(await Addresses.IsMemberAsync(id, Address("ann@example.org"), Never));
        Assert.Equal(0, await MembersAsync("g@example.org"));
    }

    [Fact]
    public async Task HasNoMembersWhereThereIsNoGroup()
    {
        await AddInboxAsync("ann@example.org");
        await Addresses.AddAliasAsync(Address("a@example.org"), AddressList("ann@example.org"), Never);
        foreach (var address in new[] { "ann@example.org", "a@example.org", "none@example.org", "x@foreign.example" })
        {
            Assert.Null(await MembersAsync(address, "b@example.org"));
            Assert.Null(await Addresses.RemoveMembersAsync(Address(address), AddressList("ann@example.org"), Never));
        }

        for (var id = 0; id < 5; id++)
        {
            Assert.Empty(await ReadAsync(id, null, 10));
            Assert.False(await Addresses.IsMemberAsync(id, Address("ann@example.org"), Never));
        }
    }

    [Fact]
    public async Task ReadsTenThousandMembersPieceByPiece()
    {
        const int Count = 10_000;
        var id = await AddGroupAsync("g@example.org");
        Assert.Equal(Count, await Addresses.AddMembersAsync(Address("g@example.org"), [.. Enumerable.Range(0, Count).Select(number => Numbered(number))], Never));
        Assert.Equal(Count, (await Addresses.FindAsync(Address("g@example.org"), Never)).Group!.Members);
        var seen = new List<EmailAddress>();
        while (await Addresses.ReadMembersAsync(id, seen.Count == 0 ? null : seen[^1], 999, Never) is { Count: > 0 } piece)
        {
            Assert.True(piece.Count <= 999);
            seen.AddRange(piece);
        }

        Assert.Equal(Count, seen.Distinct().Count());
        Assert.Equal(Count, seen.Count);
        Assert.Equal(seen.Select(member => member.ToString()).Order(StringComparer.Ordinal), seen.Select(member => member.ToString()));
        Assert.Empty(await ReadAsync(id, null, 0));
        Assert.True(await Addresses.IsMemberAsync(id, Numbered(7_777), Never));
    }

    [Fact]
    public async Task RemovesAGroupWithItsMembersAndNeverUsesItsNumberAgain()
    {
        var id = await AddGroupAsync("g@example.org");
        await Addresses.SetGroupAsync(Address("g@example.org"), Open with { Posters = AddressList("p@example.org") }, Never);
        await MembersAsync("g@example.org", "a@example.org");
        Assert.Equal(ChangeOutcome.Done, await Addresses.RemoveGroupAsync(Address("G@example.org"), Never));
        Assert.Equal(ChangeOutcome.NotFound, await Addresses.RemoveGroupAsync(Address("g@example.org"), Never));
        Assert.Empty(await ReadAsync(id, null, 10));
        var again = await AddGroupAsync("g@example.org");
        Assert.True(again > id);
        var group = (await Addresses.FindAsync(Address("g@example.org"), Never)).Group!;
        AssertGroup(group, "g@example.org", Open, 0);
    }

    [Fact]
    public async Task ListsByDomainAndAddress()
    {
        foreach (var address in new[] { "b@two.example", "a@two.example", "C@one.example" }) await AddGroupAsync(address);
        await Addresses.SetGroupAsync(Address("a@two.example"), Open with { Posters = AddressList("x@example.org", "y@example.org") }, Never);
        await MembersAsync("b@two.example", "x@example.org", "y@example.org", "z@example.org");
        var groups = await Addresses.ListGroupsAsync(null, Never);
        Assert.Equal(["C@one.example", "a@two.example", "b@two.example"], groups.Select(group => group.Address.ToString()));
        Assert.Equal([0, 2, 0], groups.Select(group => group.Settings.Posters.Count));
        Assert.Equal([0, 0, 3], groups.Select(group => group.Members));
        Assert.Equal(2, (await Addresses.ListGroupsAsync(Domain("two.example"), Never)).Count);
        Assert.Empty(await Addresses.ListGroupsAsync(Domain("three.example"), Never));
    }

    [Fact]
    public async Task ShowsAChangeToWhoHasTheStoreOpenBesideAtOnce()
    {
        var id = await AddGroupAsync("g@example.org");
        await using var beside = await OpenBesideAsync();
        Assert.Equal(1, await beside.Addresses.AddMembersAsync(Address("g@example.org"), AddressList("a@example.org"), Never));
        Assert.True(await Addresses.IsMemberAsync(id, Address("a@example.org"), Never));
        Assert.Equal(1, (await Addresses.FindAsync(Address("g@example.org"), Never)).Group!.Members);
        Assert.Equal(1, await MembersAsync("g@example.org", "A@example.org", "b@example.org"));
        Assert.Equal(2, (await beside.Addresses.ReadMembersAsync(id, null, 10, Never)).Count);
    }

    private static EmailAddress Numbered(int number) => Address(string.Create(CultureInfo.InvariantCulture, $"m{number:D5}@example.org"));

    private static void AssertGroup(GroupRecord group, string address, GroupSettings settings, int members)
    {
        Assert.Equal((address, members), (group.Address.ToString(), group.Members));
        Assert.Equal((settings.Name, settings.Policy, settings.ShowsMembers), (group.Settings.Name, group.Settings.Policy, group.Settings.ShowsMembers));
        Assert.Equal(settings.Posters.OrderBy(poster => poster.ToString(), StringComparer.OrdinalIgnoreCase), group.Settings.Posters.OrderBy(poster => poster.ToString(), StringComparer.OrdinalIgnoreCase));
    }

    private async Task<long> AddGroupAsync(string address)
    {
        await Accounts.AddDomainAsync(Address(address).Domain, Never);
        Assert.Equal(ChangeOutcome.Done, await Addresses.AddGroupAsync(Address(address), Open, Never));
        return (await Addresses.FindAsync(Address(address), Never)).Group!.Id;
    }

    private ValueTask<int?> MembersAsync(string group, params string[] members) => Addresses.AddMembersAsync(Address(group), AddressList(members), Never);

    private async Task<IEnumerable<string>> ReadAsync(long id, EmailAddress? after, int limit) =>
        (await Addresses.ReadMembersAsync(id, after, limit, Never)).Select(member => member.ToString());
}
