using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Messages;

namespace Merpati.Storage.Contract;

public abstract class AccountContract : StoreContract
{
    [Fact]
    public async Task KnowsNothingWhenItIsNew()
    {
        Assert.Null(await Accounts.FindFirstDomainAsync(Never));
        Assert.Null(await Accounts.FindFirstAccountAsync(Never));
        Assert.Empty(await Accounts.ListDomainsAsync(Never));
        Assert.Empty(await Accounts.ListAccountsAsync(null, Never));
        Assert.Equal(new AddressRecord(false, null), await Accounts.FindAsync(Address("a@example.org"), Never));
    }

    [Fact]
    public async Task KeepsDomainsInTheOrderInWhichTheyWereAdded()
    {
        foreach (var name in new[] { "zoo.example", "ant.example", "[192.0.2.1]" }) Assert.Equal(ChangeOutcome.Done, await Accounts.AddDomainAsync(Domain(name), Never));
        Assert.Equal(ChangeOutcome.AlreadyExists, await Accounts.AddDomainAsync(Domain("ANT.example"), Never));
        Assert.Equal("zoo.example", (await Accounts.FindFirstDomainAsync(Never))!.Name);
        Assert.Equal(["zoo.example", "ant.example", "[192.0.2.1]"], (await Accounts.ListDomainsAsync(Never)).Select(record => record.Domain.Name));
        Assert.Equal(ChangeOutcome.Done, await Accounts.RemoveDomainAsync(Domain("zoo.example"), Never));
        Assert.Equal(ChangeOutcome.NotFound, await Accounts.RemoveDomainAsync(Domain("zoo.example"), Never));
        Assert.Equal("ant.example", (await Accounts.FindFirstDomainAsync(Never))!.Name);
    }

    [Fact]
    public async Task KeepsAnAccountAsItWasAdded()
    {
        await Accounts.AddDomainAsync(Domain("example.org"), Never);
        Assert.Equal(ChangeOutcome.Done, await Accounts.AddAccountAsync(new NewAccount(Address("\"Ann Lee\"@example.org"), "Ann Lée ★", "verifier"), Never));
        await ReopenAsync();
        var (ours, account) = await Accounts.FindAsync(Address("\"ann lee\"@example.org"), Never);
        Assert.True(ours);
        Assert.NotNull(account);
        Assert.Equal("\"Ann Lee\"@example.org", account.Address.ToString());
        Assert.Equal("Ann Lée ★", account.FullName);
        Assert.Equal("verifier", account.Verifier);
        Assert.False(account.Disabled);
        Assert.Equal(account, await Accounts.FindFirstAccountAsync(Never));
        var inbox = Assert.Single(await Messages.ListMailboxesAsync(account.Id, Never));
        Assert.Equal((account.InboxId, "INBOX", 0, 0L), (inbox.Id, inbox.Name, inbox.Messages, inbox.Octets));
    }

    [Fact]
    public async Task ComparesLocalPartsWithoutCase()
    {
        await AddInboxAsync("Bob@example.org");
        Assert.Equal(ChangeOutcome.AlreadyExists, await Accounts.AddAccountAsync(new NewAccount(Address("bOB@example.org"), "", null), Never));
        Assert.Equal("Bob", (await Accounts.FindAsync(Address("BOB@EXAMPLE.org"), Never)).Account!.Address.Local.Value);
    }

    [Theory]
    [InlineData("Жанна@example.org", "жАННА@пример.example")]
    [InlineData("\"Élodie B\"@example.org", "\"éLODIE b\"@пример.example")]
    [InlineData("用户@example.org", "用户@xn--e1afmkfd.example")]
    public async Task KeepsLocalPartsBeyondAscii(string first, string second)
    {
        await AddInboxAsync(first);
        var inbox = await AddInboxAsync(Address(second).ToString());
        await ReopenAsync();
        var account = (await Accounts.FindAsync(Address(second), Never)).Account!;
        Assert.Equal((Address(second), inbox), (account.Address, account.InboxId));
        Assert.Equal(first, (await Accounts.FindAsync(new EmailAddress(account.Address.Local, Domain("EXAMPLE.org")), Never)).Account!.Address.ToString());
        Assert.Equal(ChangeOutcome.AlreadyExists, await Accounts.AddAccountAsync(new NewAccount(new EmailAddress(account.Address.Local, Domain("example.org")), "", null), Never));
        Assert.Equal([first, Address(second).ToString()], (await Accounts.ListAccountsAsync(null, Never)).Select(found => found.Address.ToString()));
        var credentials = new AccountCredentials(Accounts, new DefaultDomain(Accounts, null));
        foreach (var name in new[] { first, Address(first).Local.ToString() }) Assert.Equal(first, (await credentials.FindAsync(name, Never))!.Identity.Address.ToString());
    }

    [Fact]
    public async Task RefusesAnAccountInAForeignDomain()
    {
        Assert.Equal(ChangeOutcome.NoSuchDomain, await Accounts.AddAccountAsync(new NewAccount(Address("a@example.org"), "", null), Never));
        await Accounts.AddDomainAsync(Domain("example.org"), Never);
        Assert.Equal(new AddressRecord(true, null), await Accounts.FindAsync(Address("a@example.org"), Never));
    }

    [Fact]
    public async Task KeepsADomainThatHasAccounts()
    {
        await AddInboxAsync("a@example.org");
        Assert.Equal(ChangeOutcome.InUse, await Accounts.RemoveDomainAsync(Domain("example.org"), Never));
        await Accounts.RemoveAccountAsync(Address("a@example.org"), Never);
        Assert.Equal(ChangeOutcome.Done, await Accounts.RemoveDomainAsync(Domain("example.org"), Never));
    }

    [Fact]
    public async Task AddsManyAtOnceAndTellsOfEach()
    {
        await AddInboxAsync("old@example.org");
        var many = new[] { "new@example.org", "OLD@example.org", "x@foreign.example", "NEW@example.org", "two@example.org" };
        var outcomes = await Accounts.AddAccountsAsync([.. many.Select(text => new NewAccount(Address(text), text, null))], Never);
        Assert.Equal([ChangeOutcome.Done, ChangeOutcome.AlreadyExists, ChangeOutcome.NoSuchDomain, ChangeOutcome.AlreadyExists, ChangeOutcome.Done], outcomes);
        Assert.Equal(["new", "old", "two"], (await Accounts.ListAccountsAsync(null, Never)).Select(account => account.Address.Local.Value));
        Assert.Equal(3, Assert.Single(await Accounts.ListDomainsAsync(Never)).Accounts);
    }

    [Fact]
    public async Task ListsByDomainAndAddress()
    {
        foreach (var address in new[] { "b@two.example", "a@two.example", "C@one.example" }) await AddInboxAsync(address);
        Assert.Equal(["C@one.example", "a@two.example", "b@two.example"], (await Accounts.ListAccountsAsync(null, Never)).Select(account => account.Address.ToString()));
        Assert.Equal(["a", "b"], (await Accounts.ListAccountsAsync(Domain("two.example"), Never)).Select(account => account.Address.Local.Value));
        Assert.Empty(await Accounts.ListAccountsAsync(Domain("three.example"), Never));
    }

    [Fact]
    public async Task ShutsAccountsAndSetsPasswords()
    {
        await AddInboxAsync("a@example.org");
        await AddInboxAsync("b@example.org");
        Assert.Equal(ChangeOutcome.Done, await Accounts.SetDisabledAsync(Address("A@example.org"), true, Never));
        Assert.Equal(ChangeOutcome.Done, await Accounts.SetVerifierAsync(Address("A@example.org"), "new", null, Never));
        var account = (await Accounts.FindAsync(Address("a@example.org"), Never)).Account!;
        Assert.Equal((true, "new"), (account.Disabled, account.Verifier));
        Assert.Equal("b", (await Accounts.FindFirstAccountAsync(Never))!.Address.Local.Value);
        Assert.Equal(ChangeOutcome.NotFound, await Accounts.SetDisabledAsync(Address("c@example.org"), true, Never));
        Assert.Equal(ChangeOutcome.NotFound, await Accounts.SetVerifierAsync(Address("c@example.org"), "new", null, Never));
    }

    [Fact]
    public async Task RemovesAnAccountWithItsMailAndNeverUsesItsNumbersAgain()
    {
        var inbox = await AddInboxAsync("a@example.org");
        var other = await AddInboxAsync("b@example.org");
        var before = (await Accounts.FindAsync(Address("a@example.org"), Never)).Account!;
        var validity = (await Messages.ReadMailboxAsync(inbox, Never))!.UidValidity;
        await Messages.AcceptAsync(Message(Text("shared"), inbox, other), Never);
        await Messages.AcceptAsync(Message(Text("alone"), inbox), Never);

        Assert.Equal(ChangeOutcome.Done, await Accounts.RemoveAccountAsync(before.Address, Never));
        Assert.Equal(ChangeOutcome.NotFound, await Accounts.RemoveAccountAsync(before.Address, Never));
        Assert.Null(await Messages.ReadMailboxAsync(inbox, Never));
        Assert.Null(await ReadAsync(inbox, 1));
        Assert.Null(await Messages.FindEntryAsync(inbox, 1, Never));
        Assert.Equal(0, await Messages.ExpungeAsync(inbox, [1u, 2u], Never));
        Assert.Equal(AcceptOutcome.MailboxGone, await Messages.AcceptAsync(Message(Text("late"), inbox), Never));
        await AssertTextAsync(Text("shared"), other, 1);

        await SettleAsync();
        await ReopenAsync();
        await AddInboxAsync("a@example.org");
        var after = (await Accounts.FindAsync(Address("a@example.org"), Never)).Account!;
        var again = (await Messages.ReadMailboxAsync(after.InboxId, Never))!;
        Assert.True(after.Id > before.Id);
        Assert.True(after.InboxId > other);
        Assert.True(again.UidValidity > validity);
        Assert.Empty(again.Uids);
        await AssertTextAsync(Text("shared"), other, 1);
    }
}
