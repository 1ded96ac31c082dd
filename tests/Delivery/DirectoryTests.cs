using System.Text;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Terminals;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Storage.Accounts;

namespace Merpati.Delivery.Tests;

public sealed class DirectoryTests
{
    private static async Task<(RecipientStanding Standing, string? Address)> Ask(MailDirectory directory, string path)
    {
        Assert.True(MailPath.Parse(Encoding.ASCII.GetBytes(path), out var parsed) > 0, path);
        var answer = await directory.ResolveAsync(new RecipientQuestion(parsed, MailPath.Null), CancellationToken.None);
        return (answer.Standing, answer.Recipient?.Address.ToString());
    }

    [Fact]
    public async Task KnowsItsUsersInAnyCase()
    {
        await using var fixture = await StoreFixture.CreateAsync("Alice@example.org");
        Assert.Equal((RecipientStanding.Local, "aLICE@example.org"), await Ask(fixture.Directory(), "<aLICE@EXAMPLE.org>"));
        Assert.Equal((RecipientStanding.Local, "alice@example.org"), await Ask(fixture.Directory(), "<\"alice\"@example.org>"));
        Assert.Equal((RecipientStanding.NoSuchUser, null), await Ask(fixture.Directory(), "<sidorov@example.org>"));
        Assert.Equal((RecipientStanding.NoSuchUser, null), await Ask(fixture.Directory(), "<>"));
    }

    [Fact]
    public async Task ANameWithoutADomainIsOfTheDefaultDomain()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.net");
        Assert.Equal((RecipientStanding.Local, "alice@example.org"), await Ask(fixture.Directory(), "<alice>"));
        Assert.Equal(RecipientStanding.NoSuchUser, (await Ask(fixture.Directory(), "<bob>")).Standing);
        Assert.Equal((RecipientStanding.Local, "bob@example.net"), await Ask(fixture.Directory("example.net"), "<bob>"));
    }

    // The open-relay tricks: none of them is a way to another host.
    [Theory]
    [InlineData("<victim@elsewhere.example>", RecipientStanding.Foreign)]
    [InlineData("<@example.org:victim@elsewhere.example>", RecipientStanding.Foreign)]
    [InlineData("<@a.example,@example.org:victim@elsewhere.example>", RecipientStanding.Foreign)]
    [InlineData("<victim%elsewhere.example@example.org>", RecipientStanding.NoSuchUser)]
    [InlineData("<elsewhere.example!victim@example.org>", RecipientStanding.NoSuchUser)]
    [InlineData("<\"victim@elsewhere.example\"@example.org>", RecipientStanding.NoSuchUser)]
    [InlineData("<\"victim@elsewhere.example\">", RecipientStanding.NoSuchUser)]
    [InlineData("<victim%elsewhere.example>", RecipientStanding.NoSuchUser)]
    [InlineData("<alice@[127.0.0.1]>", RecipientStanding.Foreign)]
    [InlineData("<alice@sub.example.org>", RecipientStanding.Foreign)]
    [InlineData("<'/**/OR/**/1=1--@example.org>", RecipientStanding.NoSuchUser)]
    public async Task NothingLeadsToAnotherHost(string path, RecipientStanding standing)
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        Assert.Equal(standing, (await Ask(fixture.Directory(), path)).Standing);
    }

    [Theory]
    [InlineData("<postmaster>")]
    [InlineData("<Postmaster>")]
    [InlineData("<POSTMASTER@example.org>")]
    [InlineData("<postmaster@example.net>")]
    public async Task PostmasterIsAlwaysThere(string path)
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.net");
        Assert.Equal(RecipientStanding.Local, (await Ask(fixture.Directory(), path)).Standing);
        Assert.Equal(RecipientStanding.Local, (await Ask(fixture.Directory(postmaster: "bob@example.net"), path)).Standing);
        await fixture.Store.Accounts.SetDisabledAsync(StoreFixture.Address("alice@example.org"), true, CancellationToken.None);
        Assert.Equal(RecipientStanding.Local, (await Ask(fixture.Directory(postmaster: "alice@example.org"), path)).Standing);
    }

    [Fact]
    public async Task ADisabledAccountTakesNoMailUntilItIsOpenedAgain()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var alice = StoreFixture.Address("alice@example.org");
        await fixture.Store.Accounts.SetDisabledAsync(alice, true, CancellationToken.None);
        Assert.Equal(RecipientStanding.Disabled, (await Ask(fixture.Directory(), "<alice@example.org>")).Standing);
        await fixture.Store.Accounts.SetDisabledAsync(alice, false, CancellationToken.None);
        Assert.Equal(RecipientStanding.Local, (await Ask(fixture.Directory(), "<alice@example.org>")).Standing);
    }

    [Fact]
    public async Task SaysThatItCannotAnswerWhenTheStoreCannot()
    {
        var accounts = new FailingAccounts();
        var directory = new MailDirectory(accounts, FailingAddresses.Make(), new DefaultDomain(accounts, null), new TerminalHub(), new RoutingOptions());
        Assert.Equal(RecipientStanding.Unavailable, (await Ask(directory, "<alice@example.org>")).Standing);
        Assert.Equal(RecipientStanding.Unavailable, (await Ask(directory, "<alice>")).Standing);
    }
}
