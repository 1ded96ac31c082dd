using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Storage.Contract;

public abstract class AliasContract : StoreContract
{
    [Fact]
    public async Task KnowsNothingWhenItIsNew()
    {
        Assert.Equal(new AddressEntry(false, AddressKind.None), await Addresses.FindAsync(Address("a@example.org"), Never));
        await AddDomainAsync();
        Assert.Equal(new AddressEntry(true, AddressKind.None), await Addresses.FindAsync(Address("a@example.org"), Never));
        Assert.Empty(await Addresses.ListAliasesAsync(null, Never));
        Assert.Empty(await Addresses.ListGroupsAsync(null, Never));
        Assert.Empty(await Addresses.ListForwardsAsync(null, Never));
    }

    [Fact]
    public async Task KeepsAnAliasAsItWasAdded()
    {
        await AddDomainAsync();
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("\"The Boss\"@example.org", "Ann@example.org", "other@foreign.example"));
        await ReopenAsync();
        var entry = await Addresses.FindAsync(Address("\"THE boss\"@Example.ORG"), Never);
        Assert.Equal((true, AddressKind.Alias), (entry.DomainIsOurs, entry.Kind));
        Assert.Equal((null, null, null, null, null), (entry.Account, entry.Room, entry.Group, entry.Forward, entry.CatchAll));
        Assert.Equal("\"The Boss\"@example.org", entry.Alias!.Address.ToString());
        Assert.Equal(["Ann@example.org", "other@foreign.example"], entry.Alias.Targets.Select(target => target.ToString()));
        Assert.InRange(entry.Alias.CreatedAt, DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue);
    }

    [Fact]
    public async Task AddsTargetsToAnAliasThatIsThere()
    {
        await AddDomainAsync();
        await AliasAsync("a@example.org", "one@example.org");
        Assert.Equal(ChangeOutcome.AlreadyExists, await AliasAsync("A@example.org", "ONE@example.org"));
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("A@example.org", "ONE@example.org", "two@example.org", "TWO@example.org"));
        await AssertTargetsAsync("a@example.org", "one@example.org", "two@example.org");
    }

    [Fact]
    public async Task KeepsAddressesBeyondAscii()
    {
        await AddDomainAsync();
        Assert.Equal(ChangeOutcome.Done, await AliasAsync("Директор@example.org", "Жанна@example.org", "\"é \\\" @\"@foreign.example"));
        Assert.Equal(ChangeOutcome.AlreadyExists, await AliasAsync("дИРЕКТОР@example.org", "жАННА@example.org"));
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("жанна@example.org", "ДИРЕКТОР@example.org"));
        Assert.Equal(ChangeOutcome.Done, await ForwardAsync("Élodie@example.org", "ÉLODIE@пример.example"));
        await ReopenAsync();
        await AssertTargetsAsync("ДИРЕКТОР@example.org", "\"é \\\" @\"@foreign.example", "Жанна@example.org");
        Assert.Equal("ÉLODIE@xn--e1afmkfd.example", (await Addresses.FindAsync(Address("éLODIE@example.org"), Never)).Forward!.Target.ToString());
    }

    [Fact]
    public async Task TakesTargetsAwayAndTheAliasWithTheLast()
    {
        await AddDomainAsync();
        await AliasAsync("a@example.org", "one@example.org", "two@example.org", "three@example.org");
        Assert.Equal(ChangeOutcome.NotFound, await UnaliasAsync("b@example.org"));
        Assert.Equal(ChangeOutcome.NotFound, await UnaliasAsync("a@example.org", "four@example.org"));
        Assert.Equal(ChangeOutcome.Done, await UnaliasAsync("A@example.org", "TWO@example.org", "four@example.org"));
        await AssertTargetsAsync("a@example.org", "one@example.org", "three@example.org");
        Assert.Equal(ChangeOutcome.Done, await UnaliasAsync("a@example.org", "one@example.org", "three@example.org"));
        Assert.Equal(AddressKind.None, (await Addresses.FindAsync(Address("a@example.org"), Never)).Kind);
        await AliasAsync("a@example.org", "one@example.org", "two@example.org");
        Assert.Equal(ChangeOutcome.Done, await UnaliasAsync("a@example.org"));
        Assert.Equal(ChangeOutcome.NotFound, await UnaliasAsync("a@example.org"));
        Assert.Empty(await Addresses.ListAliasesAsync(null, Never));
    }

    [Theory]
    [InlineData(ForwardMode.Forward)]
    [InlineData(ForwardMode.Tell)]
    [InlineData(ForwardMode.Silent)]
    public async Task KeepsAForwardAsItWasAdded(ForwardMode mode)
    {
        await AddDomainAsync();
        Assert.Equal(ChangeOutcome.Done, await ForwardAsync("Gone@example.org", "New@elsewhere.example", mode));
        await ReopenAsync();
        var entry = await Addresses.FindAsync(Address("gone@example.org"), Never);
        Assert.Equal(AddressKind.Forward, entry.Kind);
        Assert.Equal(("Gone@example.org", "New@elsewhere.example", mode), (entry.Forward!.Old.ToString(), entry.Forward.Target.ToString(), entry.Forward.Mode));
        Assert.Equal(entry.Forward, Assert.Single(await Addresses.ListForwardsAsync(Domain("example.org"), Never)));
        Assert.Equal(ChangeOutcome.AlreadyExists, await ForwardAsync("GONE@example.org", "other@elsewhere.example"));
        Assert.Equal(ChangeOutcome.Done, await Addresses.RemoveForwardAsync(Address("GONE@example.org"), Never));
        Assert.Equal(ChangeOutcome.NotFound, await Addresses.RemoveForwardAsync(Address("gone@example.org"), Never));
        Assert.Equal(AddressKind.None, (await Addresses.FindAsync(Address("gone@example.org"), Never)).Kind);
    }

    [Fact]
    public async Task ListsByDomainAndAddress()
    {
        await AddDomainAsync("two.example", "one.example");
        await AliasAsync("b@two.example", "x@two.example", "a@foreign.example");
        await AliasAsync("a@two.example", "y@two.example");
        await AliasAsync("C@one.example", "z@two.example");
        await ForwardAsync("q@two.example", "x@two.example");
        await ForwardAsync("P@one.example", "x@two.example");
        var aliases = await Addresses.ListAliasesAsync(null, Never);
        Assert.Equal(["C@one.example", "a@two.example", "b@two.example"], aliases.Select(alias => alias.Address.ToString()));
        Assert.Equal(["a@foreign.example", "x@two.example"], aliases[2].Targets.Select(target => target.ToString()));
        Assert.Equal(["a", "b"], (await Addresses.ListAliasesAsync(Domain("two.example"), Never)).Select(alias => alias.Address.Local.Value));
        Assert.Empty(await Addresses.ListAliasesAsync(Domain("three.example"), Never));
        Assert.Equal(["P@one.example", "q@two.example"], (await Addresses.ListForwardsAsync(null, Never)).Select(forward => forward.Old.ToString()));
    }

    [Fact]
    public async Task GivesAnAddressToOneKindOnly()
    {
        await AddDomainAsync();
        foreach (var kind in Enum.GetValues<AddressKind>().Except([AddressKind.None]))
        {
            var address = Address($"{kind}@example.org");
            Assert.Equal(ChangeOutcome.Done, await AddAsync(kind, address.ToString()));
            foreach (var other in Enum.GetValues<AddressKind>().Except([AddressKind.None, kind]))
            {
                Assert.Equal(ChangeOutcome.AlreadyExists, await AddAsync(other, address.ToString().ToUpperInvariant()));
            }

            Assert.Equal(kind, (await Addresses.FindAsync(address, Never)).Kind);
            Assert.Equal(kind == AddressKind.Alias ? ChangeOutcome.Done : ChangeOutcome.NotFound, await UnaliasAsync(address.ToString()));
            Assert.Equal(kind == AddressKind.Group ? ChangeOutcome.Done : ChangeOutcome.NotFound, await Addresses.RemoveGroupAsync(address, Never));
            Assert.Equal(kind == AddressKind.Forward ? ChangeOutcome.Done : ChangeOutcome.NotFound, await Addresses.RemoveForwardAsync(address, Never));
            Assert.Equal(kind == AddressKind.Account ? ChangeOutcome.Done : ChangeOutcome.NotFound, await Accounts.RemoveAccountAsync(address, Never));
            Assert.Equal(ChangeOutcome.Done, await AddAsync(AddressKind.Account, address.ToString()));
        }

        Assert.Equal([ChangeOutcome.AlreadyExists], await Accounts.AddAccountsAsync([new NewAccount(Address("Alias@example.org"), "", null)], Never));
    }

    [Fact]
    public async Task RefusesAForeignDomain()
    {
        foreach (var kind in Enum.GetValues<AddressKind>().Except([AddressKind.None])) Assert.Equal(ChangeOutcome.NoSuchDomain, await AddAsync(kind, "a@example.org"));
    }

    [Fact]
    public async Task KeepsADomainThatHasAnything()
    {
        await AddDomainAsync();
        foreach (var kind in new[] { AddressKind.Alias, AddressKind.Group, AddressKind.Forward })
        {
            await AddAsync(kind, "a@example.org");
            Assert.Equal(ChangeOutcome.InUse, await Accounts.RemoveDomainAsync(Domain("example.org"), Never));
            await UnaliasAsync("a@example.org");
            await Addresses.RemoveGroupAsync(Address("a@example.org"), Never);
            await Addresses.RemoveForwardAsync(Address("a@example.org"), Never);
        }

        Assert.Equal(ChangeOutcome.Done, await Accounts.RemoveDomainAsync(Domain("example.org"), Never));
    }

    [Fact]
    public async Task KeepsAliasesOfAnAccountThatIsRemoved()
    {
        await AddInboxAsync("ann@example.org");
        await AliasAsync("a@example.org", "ann@example.org");
        Assert.Equal(ChangeOutcome.Done, await Accounts.RemoveAccountAsync(Address("ann@example.org"), Never));
        await AssertTargetsAsync("a@example.org", "ann@example.org");
    }

    [Fact]
    public async Task ShowsAChangeToWhoHasTheStoreOpenBesideAtOnce()
    {
        await AddDomainAsync();
        await using var beside = await OpenBesideAsync();
        Assert.Equal(AddressKind.None, (await Addresses.FindAsync(Address("a@example.org"), Never)).Kind);
        Assert.Equal(ChangeOutcome.Done, await beside.Addresses.AddAliasAsync(Address("a@example.org"), AddressList("b@example.org"), Never));
        Assert.Equal(AddressKind.Alias, (await Addresses.FindAsync(Address("a@example.org"), Never)).Kind);
        Assert.Equal(ChangeOutcome.Loop, await AliasAsync("b@example.org", "a@example.org"));
        Assert.Equal(ChangeOutcome.Done, await UnaliasAsync("a@example.org"));
        Assert.Equal(AddressKind.None, (await beside.Addresses.FindAsync(Address("a@example.org"), Never)).Kind);
        Assert.Equal(ChangeOutcome.Done, await beside.Addresses.AddForwardAsync(Address("f@example.org"), Address("x@foreign.example"), ForwardMode.Tell, Never));
        Assert.Equal(ForwardMode.Tell, (await Addresses.FindAsync(Address("f@example.org"), Never)).Forward!.Mode);
    }

    protected async Task AddDomainAsync(params string[] names)
    {
        foreach (var name in names is [] ? ["example.org"] : names) await Accounts.AddDomainAsync(Domain(name), Never);
    }

    private ValueTask<ChangeOutcome> AliasAsync(string alias, params string[] targets) => Addresses.AddAliasAsync(Address(alias), AddressList(targets), Never);

    private ValueTask<ChangeOutcome> UnaliasAsync(string alias, params string[] targets) => Addresses.RemoveAliasAsync(Address(alias), AddressList(targets), Never);

    private ValueTask<ChangeOutcome> ForwardAsync(string old, string target, ForwardMode mode = ForwardMode.Forward) =>
        Addresses.AddForwardAsync(Address(old), Address(target), mode, Never);

    private ValueTask<ChangeOutcome> AddAsync(AddressKind kind, string address) => kind switch
    {
        AddressKind.Account => Accounts.AddAccountAsync(new NewAccount(Address(address), "", null), Never),
        AddressKind.Alias => AliasAsync(address, "somebody@foreign.example"),
        AddressKind.Group => Addresses.AddGroupAsync(Address(address), new GroupSettings("", PostingPolicy.Anyone, [], true), Never),
        _ => ForwardAsync(address, "somebody@foreign.example"),
    };

    private async Task AssertTargetsAsync(string alias, params string[] targets)
    {
        var entry = await Addresses.FindAsync(Address(alias), Never);
        Assert.Equal(targets, entry.Alias!.Targets.Select(target => target.ToString()));
    }
}
