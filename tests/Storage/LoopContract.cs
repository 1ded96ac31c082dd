using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Storage.Contract;

public abstract class LoopContract : StoreContract
{
    [Fact]
    public async Task RefusesWhatLeadsToItself()
    {
        await AddAllAsync(groups: ["g"]);
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("a", "b", "A"));
        Assert.Equal(ChangeOutcome.Loop, await ForwardAsync("f", "F"));
        Assert.Equal(-1, await MembersAsync("g", "x", "G"));
        Assert.Equal(AddressKind.None, (await Addresses.FindAsync(At("a"), Never)).Kind);
        Assert.Equal(AddressKind.None, (await Addresses.FindAsync(At("f"), Never)).Kind);
        Assert.Equal(0, (await Addresses.FindAsync(At("g"), Never)).Group!.Members);
    }

    [Fact]
    public async Task RefusesARoundThroughEveryKind()
    {
        await AddAllAsync(groups: ["g"]);
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("a1", "a2"));
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("a2", "elsewhere", "g"));
        Assert.Equal(2, await MembersAsync("g", "other", "f"));
        Assert.Equal(ChangeOutcome.Loop, await ForwardAsync("f", "a1"));
        Assert.Equal(ChangeOutcome.Loop, await ForwardAsync("f", "a2"));
        Assert.Equal(ChangeOutcome.Loop, await ForwardAsync("f", "g"));
        Assert.Equal(ChangeOutcome.Done, await ForwardAsync("f", "end"));
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("end", "a1"));
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("end", "f"));
        Assert.Equal(-1, await MembersAsync("g", "new", "a1"));
        Assert.Equal(["f", "other"], (await Addresses.ReadMembersAsync(await GroupIdAsync("g"), null, 10, Never)).Select(member => member.Local.Value));
    }

    [Fact]
    public async Task RefusesTargetsAddedLaterThatCloseARound()
    {
        await AddAllAsync();
        await AliasAsync("a", "b");
        await AliasAsync("b", "c");
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("c", "d"));
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("c", "e", "a"));
        Assert.Single((await Addresses.FindAsync(At("c"), Never)).Alias!.Targets);

        // With the chain cut it leads nowhere near.
        Assert.Equal(ChangeOutcome.Done, await Addresses.RemoveAliasAsync(At("b"), [], Never));
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("c", "e", "a"));
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("b", "c"));
    }

    [Fact]
    public async Task TakesTwoWaysToOnePlace()
    {
        await AddAllAsync(groups: ["g", "h", "all"]);
        Assert.Equal(1, await MembersAsync("g", "ann"));
        Assert.Equal(2, await MembersAsync("h", "ann", "g"));
        Assert.Equal(3, await MembersAsync("all", "g", "h", "ann"));
        Assert.Equal(-1, await MembersAsync("g", "all"));
    }

    [Fact]
    public async Task NeitherTakesLongNorLoopsInAWideWorld()
    {
        await AddAllAsync(groups: ["big"]);
        Assert.Equal(10_000, await Addresses.AddMembersAsync(At("big"), [.. Enumerable.Range(0, 10_000).Select(i => At(Name("m", i)))], Never));
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("everybody", "big"));
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("m77", "everybody"));
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("m77", "end"));
    }

    [Fact]
    public async Task GivesUpWhenTooMuchLeadsToAnAddress()
    {
        await AddAllAsync();
        for (var i = 0; i < 10_000; i += 500)
        {
            await Task.WhenAll(Enumerable.Range(i, 500).Select(number => AliasAsync(Name("a", number), "hub").AsTask()));
        }

        Assert.Equal(ChangeOutcome.Done, await AliasAsync("hub", "one"));
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("last", "hub"));
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("hub", "two"));
    }

    [Fact]
    public async Task LetsOnlyOneOfManyWhoCloseARoundAtOnce()
    {
        await AddAllAsync();
        for (var i = 0; i < 20; i++)
        {
            var (one, other) = (Name("x", i), Name("y", i));
            var outcomes = await Task.WhenAll(AliasAsync(one, other).AsTask(), AliasAsync(other, one).AsTask());
            Assert.Equal([ChangeOutcome.Done, ChangeOutcome.Loop], outcomes.Order());
        }
    }

    private static EmailAddress At(string local) => Address(local + "@example.org");

    private static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");

    private async Task AddAllAsync(string[]? groups = null)
    {
        await Accounts.AddDomainAsync(Domain("example.org"), Never);
        foreach (var group in groups ?? []) Assert.Equal(ChangeOutcome.Done, await Addresses.AddGroupAsync(At(group), new GroupSettings("", PostingPolicy.Anyone, [], true), Never));
    }

    private ValueTask<ChangeOutcome> AliasAsync(string alias, params string[] targets) => Addresses.AddAliasAsync(At(alias), [.. targets.Select(At)], Never);

    private ValueTask<ChangeOutcome> ForwardAsync(string old, string target) => Addresses.AddForwardAsync(At(old), At(target), ForwardMode.Forward, Never);

    private ValueTask<int?> MembersAsync(string group, params string[] members) => Addresses.AddMembersAsync(At(group), [.. members.Select(At)], Never);

    private async Task<long> GroupIdAsync(string group) => (await Addresses.FindAsync(At(group), Never)).Group!.Id;
}
