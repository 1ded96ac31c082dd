using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Storage.Contract;

public abstract class SettingContract : StoreContract
{
    [Fact]
    public async Task SetsWhatADomainDoes()
    {
        Assert.Null(await Addresses.ReadDomainAsync(Domain("example.org"), Never));
        Assert.Equal(ChangeOutcome.NotFound, await Addresses.SetDomainAsync(Domain("example.org"), new DomainSettings(null, null, null), Never));
        await AddInboxAsync("a@example.org");
        await Accounts.AddDomainAsync(Domain("other.example"), Never);
        Assert.Equal(new DomainSettings(null, null, null), await Addresses.ReadDomainAsync(Domain("example.org"), Never));
        var settings = new DomainSettings(Address("\"Catch All\"@example.org"), 1L << 40, 1L << 33);
        Assert.Equal(ChangeOutcome.Done, await Addresses.SetDomainAsync(Domain("EXAMPLE.org"), settings, Never));
        await ReopenAsync();
        Assert.Equal(settings, await Addresses.ReadDomainAsync(Domain("example.org"), Never));
        Assert.Equal(new DomainSettings(null, null, null), await Addresses.ReadDomainAsync(Domain("other.example"), Never));
        Assert.Equal(settings.CatchAll, (await Addresses.FindAsync(Address("nobody@example.org"), Never)).CatchAll);
        Assert.Equal(settings.CatchAll, (await Addresses.FindAsync(Address("a@example.org"), Never)).CatchAll);
        await Addresses.SetDomainAsync(Domain("example.org"), settings with { CatchAll = null }, Never);
        Assert.Null((await Addresses.FindAsync(Address("nobody@example.org"), Never)).CatchAll);
    }

    [Fact]
    public async Task SetsWhatAnAccountMay()
    {
        await AddInboxAsync("a@example.org");
        Assert.Null(await Addresses.ReadAccountAsync(Address("b@example.org"), Never));
        Assert.Null(await Addresses.ReadAccountAsync(Address("b@foreign.example"), Never));
        Assert.Equal(ChangeOutcome.NotFound, await Addresses.SetAccountAsync(Address("b@example.org"), new AccountSettings(1, true), Never));
        Assert.Equal(new AccountRoom(new AccountSettings(null, true), 0, null, 0, null), await Addresses.ReadAccountAsync(Address("a@example.org"), Never));
        Assert.Equal(ChangeOutcome.Done, await Addresses.SetAccountAsync(Address("A@example.org"), new AccountSettings(5_000_000_000, false), Never));
        await ReopenAsync();
        var room = new AccountRoom(new AccountSettings(5_000_000_000, false), 0, 5_000_000_000, 0, null);
        Assert.Equal(room, await Addresses.ReadAccountAsync(Address("A@example.org"), Never));
        var entry = await Addresses.FindAsync(Address("a@example.org"), Never);
        Assert.Equal((AddressKind.Account, room), (entry.Kind, entry.Room));
        Assert.Equal((await Accounts.FindAsync(Address("a@example.org"), Never)).Account, entry.Account);
    }

    [Fact]
    public async Task FallsBackToTheDomainsDefaultQuota()
    {
        await AddInboxAsync("a@example.org");
        await Addresses.SetDomainAsync(Domain("example.org"), new DomainSettings(null, 1000, 100), Never);
        Assert.Equal((100L, 1000L), await LimitsAsync());
        await Addresses.SetAccountAsync(Address("a@example.org"), new AccountSettings(0, true), Never);
        Assert.Equal((0L, 1000L), await LimitsAsync());
        await Addresses.SetAccountAsync(Address("a@example.org"), new AccountSettings(null, true), Never);
        await Addresses.SetDomainAsync(Domain("example.org"), new DomainSettings(null, null, null), Never);
        Assert.Equal((null, null), await LimitsAsync());
    }

    [Fact]
    public async Task RefusesQuotasBelowNothing()
    {
        await AddInboxAsync("a@example.org");
        foreach (var settings in new[] { new DomainSettings(null, -1, null), new DomainSettings(null, null, -1) })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Addresses.SetDomainAsync(Domain("example.org"), settings, Never));
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Addresses.SetAccountAsync(Address("a@example.org"), new AccountSettings(-1, true), Never));
    }

    [Fact]
    public async Task KeepsASealedPasswordBesideTheVerifier()
    {
        await Accounts.AddDomainAsync(Domain("example.org"), Never);
        await Accounts.AddAccountAsync(new NewAccount(Address("a@example.org"), "", "v1") { SealedSecret = "sealed 1" }, Never);
        await Accounts.AddAccountAsync(new NewAccount(Address("b@example.org"), "", "v1"), Never);
        await ReopenAsync();
        Assert.Equal(("v1", "sealed 1"), await SecretsAsync("a@example.org"));
        Assert.Equal(("v1", null), await SecretsAsync("b@example.org"));
        Assert.Equal(ChangeOutcome.Done, await Accounts.SetVerifierAsync(Address("A@example.org"), "v2", "sealed 2", Never));
        Assert.Equal(("v2", "sealed 2"), await SecretsAsync("a@example.org"));
        Assert.Equal(("v1", null), await SecretsAsync("b@example.org"));
        Assert.Equal(ChangeOutcome.Done, await Accounts.SetVerifierAsync(Address("a@example.org"), "v3", null, Never));
        Assert.Equal(("v3", null), await SecretsAsync("a@example.org"));
        Assert.Equal(["v3", "v1"], (await Accounts.ListAccountsAsync(null, Never)).Select(account => account.Verifier));
    }

    [Fact]
    public async Task HandsTheSealedPasswordToWhoChecksLogins()
    {
        await Accounts.AddDomainAsync(Domain("example.org"), Never);
        await Accounts.AddAccountAsync(new NewAccount(Address("a@example.org"), "", null) { SealedSecret = "sealed" }, Never);
        var credentials = new AccountCredentials(Accounts, new DefaultDomain(Accounts, null));
        Assert.Equal("sealed", (await credentials.FindAsync("A", Never))!.SealedSecret);
        Assert.Null(await credentials.FindAsync(new string('a', 65), Never));
    }

    private async Task<(long? Account, long? Domain)> LimitsAsync()
    {
        var room = await Addresses.ReadAccountAsync(Address("a@example.org"), Never);
        return (room!.LimitOctets, room.DomainLimitOctets);
    }

    private async Task<(string? Verifier, string? Sealed)> SecretsAsync(string address)
    {
        var account = (await Accounts.FindAsync(Address(address), Never)).Account!;
        return (account.Verifier, account.SealedSecret);
    }
}
