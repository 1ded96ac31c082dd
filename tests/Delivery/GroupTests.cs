using Merpati.Mail.Directory;
using Merpati.Mail.Intake;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Tests;

public sealed class GroupTests
{
    private static GroupSettings Policy(PostingPolicy policy, params string[] posters) => new("Staff", policy, [.. posters.Select(StoreFixture.Address)], true);

    [Fact]
    public async Task AMessageReachesEachMemberOnce()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.AliasAsync("al@example.org", "alice@example.org");
        await fixture.GroupAsync("inner@example.org", "carol@example.org", "alice@example.org", "al@example.org");
        await fixture.GroupAsync("other@example.org", "bob@example.org", "bob+lists@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "inner@example.org", "bob@example.org", "other@example.org");
        string[] recipients = ["staff@example.org", "alice@example.org", "al@example.org", "inner@example.org", "other@example.org"];
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, recipients).SendAsync());
        foreach (var account in new[] { "alice", "bob", "carol" }) Assert.Single(await fixture.ReadAsync($"{account}@example.org"));
    }

    [Fact]
    public async Task WhoGetsItThroughTheGroupIsToldWhichGroup()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.GroupAsync("inner@example.org", "carol@example.org");
        await fixture.GroupAsync("staff@example.org", Policy(PostingPolicy.Anyone), "alice@example.org", "bob@example.org", "inner@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "staff@example.org", "alice@example.org").SendAsync());
        const string Trace = "Return-Path: <sender@example.com>\r\n";
        const string Listed = Trace + "List-Id: \"Staff\"\r\n\t<staff.example.org>\r\nList-Post: <mailto:staff@example.org>\r\nReceived: ";
        Assert.StartsWith(Trace + "Received: ", Assert.Single(await fixture.ReadTextAsync("alice@example.org")), StringComparison.Ordinal);
        Assert.StartsWith(Listed, Assert.Single(await fixture.ReadTextAsync("bob@example.org")), StringComparison.Ordinal);
        Assert.StartsWith(Listed, Assert.Single(await fixture.ReadTextAsync("carol@example.org")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMessageThatHasGoneThroughTheGroupIsRefused()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org");
        await fixture.AliasAsync("all@example.org", "staff@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "all@example.org").SendAsync());
        var again = Assert.Single(await fixture.ReadTextAsync("alice@example.org"));
        Assert.Equal(IntakeVerdict.Loop, await new Sending(fixture, "staff@example.org").SendAsync(again));
        Assert.Equal(IntakeVerdict.Loop, await new Sending(fixture, "all@example.org").SendAsync("LIST-ID : x\r\n <STAFF.example.org>\r\n\r\n"));
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "staff@example.org").SendAsync("List-Id: <other.example.org>\r\n\r\nList-Id: <staff.example.org>\r\n"));
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "alice@example.org").SendAsync(again));
    }

    [Theory]
    [InlineData("alice@example.org", null, RecipientStanding.Local)] // a member
    [InlineData("ALICE@example.org", null, RecipientStanding.Local)]
    [InlineData("carol@example.org", null, RecipientStanding.Local)] // of a nested group
    [InlineData("bob@example.org", null, RecipientStanding.Local)] // by an alias in the list
    [InlineData("boss@example.com", null, RecipientStanding.Local)] // named
    [InlineData("dave@example.org", null, RecipientStanding.MayNotPost)]
    [InlineData("alice@example.com", null, RecipientStanding.MayNotPost)]
    [InlineData("dave@example.org", "alice@example.org", RecipientStanding.Local)] // who submits is a member
    [InlineData("dave@example.org", "dave@example.org", RecipientStanding.MayNotPost)]
    [InlineData("", null, RecipientStanding.MayNotPost)]
    [InlineData("", "alice@example.org", RecipientStanding.MayNotPost)]
    public async Task MembersMayPostWhereMembersMay(string from, string? submitter, RecipientStanding standing)
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org", "dave@example.org");
        await fixture.AliasAsync("bobby@example.org", "bob@example.org");
        await fixture.GroupAsync("inner@example.org", "carol@example.org");
        await fixture.GroupAsync("staff@example.org", Policy(PostingPolicy.Members, "boss@example.com"), "alice@example.org", "bobby@example.org", "inner@example.org");
        await fixture.AliasAsync("all@example.org", "staff@example.org");
        Assert.Equal(standing, await new Sending(fixture, "staff@example.org") { From = from, Submitter = submitter }.StandingAsync());
        Assert.Equal(standing, await new Sending(fixture, "all@example.org") { From = from, Submitter = submitter }.StandingAsync());
    }

    [Theory]
    [InlineData("boss@example.com", null, RecipientStanding.Local)]
    [InlineData("alice@example.org", null, RecipientStanding.MayNotPost)]
    [InlineData("x@example.com", "alice@example.org", RecipientStanding.MayNotPost)]
    [InlineData("x@example.com", "dave@example.org", RecipientStanding.Local)]
    [InlineData("", "dave@example.org", RecipientStanding.MayNotPost)]
    public async Task OnlyTheNamedMayPostWhereTheNamedMay(string from, string? submitter, RecipientStanding standing)
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "dave@example.org");
        await fixture.GroupAsync("staff@example.org", Policy(PostingPolicy.Named, "Boss@example.com", "dave@example.org"), "alice@example.org");
        Assert.Equal(standing, await new Sending(fixture, "staff@example.org") { From = from, Submitter = submitter }.StandingAsync());
    }

    [Fact]
    public async Task AnybodyMayPostWhereAnybodyMay()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org");
        Assert.Equal(RecipientStanding.Local, await new Sending(fixture, "staff@example.org") { From = "" }.StandingAsync());
    }

    // The same directory is asked throughout: what it worked out must not outlive a change.
    [Fact]
    public async Task EveryChangeHoldsFromTheNextQuestionOn()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await fixture.GroupAsync("inner@example.org", "alice@example.org");
        await fixture.GroupAsync("staff@example.org", Policy(PostingPolicy.Members), "inner@example.org");
        var directory = fixture.Directory();
        async Task IsAsync(RecipientStanding standing, string from = "alice@example.org") =>
            Assert.Equal(standing, await new Sending(fixture, "staff@example.org") { Directory = directory, From = from }.StandingAsync());

        await IsAsync(RecipientStanding.Local);
        await fixture.JoinAsync("inner@example.org", "x@elsewhere.example");
        await IsAsync(RecipientStanding.NotCarried);
        await fixture.Store.Accounts.AddDomainAsync(StoreFixture.Address("x@elsewhere.example").Domain, CancellationToken.None);
        await IsAsync(RecipientStanding.Local);
        await fixture.CatchAllAsync("elsewhere.example", "y@abroad.example");
        await IsAsync(RecipientStanding.Local); // a member that is nobody is not caught
        await IsAsync(RecipientStanding.MayNotPost, "bob@example.org");
        await fixture.AliasAsync("x@elsewhere.example", "bob@example.org");
        await IsAsync(RecipientStanding.Local, "bob@example.org");
        await fixture.DisableAsync("alice@example.org");
        await IsAsync(RecipientStanding.Local, "bob@example.org");
        await fixture.DisableAsync("bob@example.org");
        await IsAsync(RecipientStanding.NoSuchUser);
        await fixture.DisableAsync("bob@example.org", disabled: false);
        await IsAsync(RecipientStanding.Local);
        await fixture.Store.Addresses.RemoveGroupAsync(StoreFixture.Address("inner@example.org"), CancellationToken.None);
        await IsAsync(RecipientStanding.MayNotPost);
    }

    [Fact]
    public async Task AGroupThatReachesNobodyIsRefused()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        await fixture.GroupAsync("empty@example.org");
        await fixture.GroupAsync("gone@example.org", "nobody@example.org", "empty@example.org");
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("empty@example.org"));
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("gone@example.org"));
        await fixture.CatchAllAsync("example.org", "alice@example.org");
        Assert.Equal(RecipientStanding.NoSuchUser, await fixture.StandingAsync("gone@example.org"));
    }

    [Fact]
    public async Task AGroupInsideItselfIsFoundWhenItIsUsed()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "x+y@example.org");
        await fixture.AliasAsync("x@example.org", "staff@example.org"); // by a detail: the store does not see the circle
        Assert.Equal(RecipientStanding.Loop, await fixture.StandingAsync("staff@example.org"));
    }

    [Fact]
    public async Task MembersThatAreShutOrGoneArePassedOverAndToldOnce()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "bob@example.org", "carol@example.org");
        await using var incoming = fixture.Intake().Begin(await fixture.EnvelopeAsync("staff@example.org"));
        incoming.Append("Subject: x\r\n\r\n"u8);
        await fixture.DisableAsync("bob@example.org");
        await fixture.RemoveAsync("carol@example.org");
        Assert.Equal(IntakeVerdict.Accepted, await incoming.CommitAsync(CancellationToken.None));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
        Assert.Empty(await fixture.ReadAsync("bob@example.org"));
        Assert.Contains("2 member(s) of the group(s) reach nobody", Assert.Single(fixture.Log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMemberThatGoesWhileTheMessageIsStoredHoldsNobodyUp()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "bob@example.org");
        var intake = fixture.Intake(messages: HookedMessages.Over(fixture.Store.Messages, before: () => fixture.RemoveAsync("bob@example.org")));
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "staff@example.org") { Intake = intake }.SendAsync());
        Assert.Single(await fixture.ReadAsync("alice@example.org"));

        // Who was named himself is another matter: nobody gets it, and the client is told.
        intake = fixture.Intake(messages: HookedMessages.Over(fixture.Store.Messages, before: () => fixture.RemoveAsync("carol@example.org")));
        Assert.Equal(IntakeVerdict.RecipientGone, await new Sending(fixture, "staff@example.org", "carol@example.org") { Intake = intake }.SendAsync());
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task AGroupThatChangedTooMuchBeforeTheEndIsPutOff()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org");
        async Task<IntakeVerdict> AfterAsync(Func<Task> change)
        {
            await using var incoming = fixture.Intake().Begin(await fixture.EnvelopeAsync("staff@example.org"));
            incoming.Append("Subject: x\r\n\r\n"u8);
            await change();
            return await incoming.CommitAsync(CancellationToken.None);
        }

        Assert.Equal(IntakeVerdict.Accepted, await AfterAsync(() => fixture.JoinAsync("staff@example.org", "bob@example.org")));
        Assert.Single(await fixture.ReadAsync("bob@example.org"));
        Assert.Equal(IntakeVerdict.RecipientGone, await AfterAsync(() => fixture.Store.Addresses.RemoveGroupAsync(StoreFixture.Address("staff@example.org"), CancellationToken.None).AsTask()));
        await fixture.GroupAsync("staff@example.org", "alice@example.org");
        Assert.Equal(IntakeVerdict.RecipientGone, await AfterAsync(() => fixture.JoinAsync("staff@example.org", "x@elsewhere.example")));
        Assert.Single(await fixture.ReadAsync("alice@example.org"));
    }

    // More than one page of members, and a message that does not fit into memory.
    [Fact]
    public async Task ALargeGroupGetsALargeMessage()
    {
        const int Members = 2500;
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org");
        var accounts = Enumerable.Range(0, Members).Select(number => $"user{number}@example.org").ToArray();
        await fixture.Store.Accounts.AddAccountsAsync([.. accounts.Select(account => new NewAccount(StoreFixture.Address(account), "", null))], CancellationToken.None);
        await fixture.GroupAsync("staff@example.org", accounts);
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "staff@example.org").SendAsync(new byte[900_000], 60_000));
        foreach (var account in new[] { accounts[0], accounts[999], accounts[1000], accounts[^1] }) Assert.Single(await fixture.ReadAsync(account));
        Assert.Empty(await fixture.ReadAsync("alice@example.org"));
    }

    [Fact]
    public async Task ManyMessagesToOneGroupWhileItChangesLoseNothing()
    {
        await using var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "bob@example.org");
        var (directory, intake) = (fixture.Directory(), fixture.Intake());
        var senders = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "staff@example.org") { Directory = directory, Intake = intake }.SendAsync());
            }
        })).ToList();
        for (var i = 0; i < 10; i++)
        {
            await fixture.JoinAsync("staff@example.org", "carol@example.org");
            Assert.Equal(1, await fixture.Store.Addresses.RemoveMembersAsync(StoreFixture.Address("staff@example.org"), [StoreFixture.Address("carol@example.org")], CancellationToken.None));
        }

        await Task.WhenAll(senders);
        Assert.Equal(80, (await fixture.ReadAsync("alice@example.org")).Count);
        Assert.Equal(80, (await fixture.ReadAsync("bob@example.org")).Count);
    }
}
