using Merpati.Delivery.Routing;
using Merpati.Delivery.Terminals;
using Merpati.Mail.Directory;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Tests;

public sealed class AddressBookTests
{
    private static async Task<StoreFixture> PeopleAsync()
    {
        var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.net");
        foreach (var (address, name) in new[] { ("petrov@example.org", "Ivan Petrov"), ("smith@example.net", "Anna Smith"), ("jo@example.org", "John Smith"), ("ivan@example.org", "Ivan") })
        {
            await fixture.Store.Accounts.AddAccountAsync(new NewAccount(StoreFixture.Address(address), name, null), CancellationToken.None);
        }

        return fixture;
    }

    private static AddressBook Book(StoreFixture fixture) => new(fixture.Directory());

    private static async Task<string> VerifyAsync(StoreFixture fixture, string text, int limit = 10) => Show(await Book(fixture).VerifyAsync(text, limit, CancellationToken.None));

    private static async Task<string> ExpandAsync(StoreFixture fixture, string text, int limit = 100) => Show(await Book(fixture).ExpandAsync(text, limit, CancellationToken.None));

    private static string Show(BookAnswer answer) =>
        $"{answer.Outcome}{(answer.IsCut ? "+" : "")}: {string.Join(", ", answer.Entries.Select(entry => $"{entry.Name} <{entry.Address}>".Trim()))}";

    [Theory]
    [InlineData("petrov", "Found: Ivan Petrov <petrov@example.org>")]
    [InlineData("PETROV@example.org", "Found: Ivan Petrov <petrov@example.org>")]
    [InlineData("<petrov@example.org>", "Found: Ivan Petrov <petrov@example.org>")]
    [InlineData("Ivan Petrov", "Found: Ivan Petrov <petrov@example.org>")]
    [InlineData("\"ivan petrov\"", "Found: Ivan Petrov <petrov@example.org>")]
    [InlineData("petrov+lists", "Found: Ivan Petrov <petrov@example.org>")]
    [InlineData("ivan", "Found: Ivan <ivan@example.org>")] // his own local part beats another's name
    [InlineData("smith", "Found: Anna Smith <smith@example.net>")] // a whole local part beats a word of a name
    [InlineData("Anna", "Found: Anna Smith <smith@example.net>")]
    [InlineData("bob", "Found: <bob@example.net>")]
    [InlineData("nobody", "NotFound: ")]
    [InlineData("nobody@example.org", "NotFound: ")]
    [InlineData("x@elsewhere.example", "Foreign: ")]
    [InlineData("", "NotFound: ")]
    [InlineData("\"", "NotFound: ")]
    [InlineData("<>", "NotFound: ")]
    [InlineData("%", "NotFound: ")]
    [InlineData("postmaster", "Found: <alice@example.org>")]
    [InlineData("info", "Found: <info@example.org>")]
    [InlineData("staff", "Found: The staff <staff@example.org>")]
    [InlineData("old", "Moved: <new@example.net>")]
    [InlineData("older", "Moved: <new@example.net>")]
    [InlineData("quiet", "Found: <quiet@example.org>")]
    public async Task VerifiesAnybodyByWhateverHeIsCalled(string text, string answer)
    {
        await using var fixture = await PeopleAsync();
        await fixture.AliasAsync("info@example.org", "alice@example.org");
        await fixture.GroupAsync("staff@example.org", new GroupSettings("The staff", PostingPolicy.Anyone, [], false), "alice@example.org");
        await fixture.ForwardAsync("old@example.org", "new@example.net", ForwardMode.Forward);
        await fixture.ForwardAsync("older@example.org", "new@example.net", ForwardMode.Tell);
        await fixture.ForwardAsync("quiet@example.org", "alice@example.org", ForwardMode.Silent);
        Assert.Equal(answer, await VerifyAsync(fixture, text));
    }

    [Fact]
    public async Task NamesTheCandidatesWhereSeveralFit()
    {
        await using var fixture = await PeopleAsync();
        await fixture.RemoveAsync("ivan@example.org");
        await fixture.Store.Accounts.AddAccountAsync(new NewAccount(StoreFixture.Address("sidorov@example.org"), "Ivan Sidorov", null), CancellationToken.None);
        var answer = await Book(fixture).VerifyAsync("ivan", 10, CancellationToken.None);
        Assert.Equal((BookOutcome.Ambiguous, false), (answer.Outcome, answer.IsCut));
        Assert.Equal(["petrov@example.org", "sidorov@example.org"], answer.Entries.Select(entry => entry.Address.ToString()).Order(StringComparer.Ordinal));
        var one = await Book(fixture).VerifyAsync("ivan", 1, CancellationToken.None);
        Assert.Equal((BookOutcome.Ambiguous, true, 1), (one.Outcome, one.IsCut, one.Entries.Count));
        await fixture.DisableAsync("sidorov@example.org");
        Assert.Equal("Found: Ivan Petrov <petrov@example.org>", await VerifyAsync(fixture, "ivan"));
        Assert.Equal("NotFound: ", await VerifyAsync(fixture, "sidorov"));
    }

    [Fact]
    public async Task ExpandsNestedGroupsInTheirPlaceEachMemberOnce()
    {
        await using var fixture = await PeopleAsync();
        await fixture.AliasAsync("z@example.org", "alice@example.org");
        await fixture.GroupAsync("inner@example.org", "petrov@example.org", "jo@example.org", "x@elsewhere.example");
        await fixture.GroupAsync("staff@example.org", "alice@example.org", "inner@example.org", "jo@example.org", "z@example.org", "nobody@example.org");
        const string Members = "<alice@example.org>, John Smith <jo@example.org>, Ivan Petrov <petrov@example.org>, <x@elsewhere.example>, <z@example.org>";
        Assert.Equal("Found: " + Members, await ExpandAsync(fixture, "staff"));
        Assert.Equal("Found+: <alice@example.org>, John Smith <jo@example.org>", await ExpandAsync(fixture, "<staff@example.org>", 2));
        Assert.Equal("Found: " + Members, await ExpandAsync(fixture, "STAFF@example.org", 5));
        await fixture.DisableAsync("jo@example.org");
        Assert.DoesNotContain("jo@example.org", await ExpandAsync(fixture, "staff"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExpandsAGroupInsideItselfToItsEnd()
    {
        await using var fixture = await PeopleAsync();
        await fixture.GroupAsync("deep@example.org", "petrov@example.org");
        for (var i = 0; i < 40; i++)
        {
            await fixture.GroupAsync($"g{i}@example.org", i == 0 ? "deep@example.org" : $"g{i - 1}@example.org", "alice@example.org");
        }

        Assert.StartsWith("Found: <alice@example.org>", await ExpandAsync(fixture, "g39"), StringComparison.Ordinal);
        Assert.Equal("Found: <alice@example.org>, Ivan Petrov <petrov@example.org>", await ExpandAsync(fixture, "g20"));
        Assert.Equal(RecipientStanding.Loop, await fixture.StandingAsync("g39@example.org"));
    }

    [Fact]
    public async Task ExpandsWhatIsAGroupAndSaysWhatIsNone()
    {
        await using var fixture = await PeopleAsync();
        await fixture.GroupAsync("secret@example.org", new GroupSettings("Secret", PostingPolicy.Anyone, [], false), "alice@example.org");
        await fixture.GroupAsync("open@example.org", "secret@example.org", "bob@example.net");
        await fixture.AliasAsync("one@example.org", "alice@example.org");
        await fixture.AliasAsync("two@example.org", "alice@example.org", "open@example.org", "x@elsewhere.example");
        Assert.Equal("Hidden: ", await ExpandAsync(fixture, "secret"));
        Assert.Equal("Found: <bob@example.net>, Secret <secret@example.org>", await ExpandAsync(fixture, "open"));
        Assert.Equal("Found: <alice@example.org>, <bob@example.net>, Secret <secret@example.org>, <x@elsewhere.example>", await ExpandAsync(fixture, "two"));
        Assert.Equal("NotAGroup: ", await ExpandAsync(fixture, "one"));
        Assert.Equal("NotAGroup: ", await ExpandAsync(fixture, "alice"));
        Assert.Equal("NotFound: ", await ExpandAsync(fixture, "nobody"));
        Assert.Equal("NotFound: ", await ExpandAsync(fixture, "not a name"));
        Assert.Equal("Foreign: ", await ExpandAsync(fixture, "x@elsewhere.example"));
    }

    [Theory]
    [InlineData("alice@example.org", true)]
    [InlineData("ALICE@EXAMPLE.org", true)]
    [InlineData("alice+shop@example.org", true)]
    [InlineData("info@example.org", true)]
    [InlineData("all@example.org", true)]
    [InlineData("old@example.org", true)]
    [InlineData("postmaster@example.org", true)] // the oldest account
    [InlineData("given-up@example.org", false)]
    [InlineData("bob@example.net", false)]
    [InlineData("staff@example.org", false)]
    [InlineData("nobody@example.org", false)]
    [InlineData("alice@elsewhere.example", false)]
    public async Task AUserMaySendUnderWhatLeadsToHim(string address, bool may)
    {
        await using var fixture = await PeopleAsync();
        await fixture.AliasAsync("info@example.org", "alice@example.org");
        await fixture.AliasAsync("all@example.org", "bob@example.net", "info@example.org");
        await fixture.ForwardAsync("old@example.org", "alice@example.org", ForwardMode.Forward);
        await fixture.ForwardAsync("given-up@example.org", "alice@example.org", ForwardMode.Tell);
        await fixture.GroupAsync("staff@example.org", "alice@example.org");
        await fixture.CatchAllAsync("example.org", "alice@example.org");
        Assert.Equal(may, await Book(fixture).MaySendAsAsync(await fixture.SubmitterAsync("alice@example.org"), StoreFixture.Address(address), CancellationToken.None));
    }

    [Fact]
    public async Task SaysThatItCannotAnswerWhenTheStoreCannot()
    {
        var accounts = new FailingAccounts();
        var book = new AddressBook(new MailDirectory(accounts, FailingAddresses.Make(), new DefaultDomain(accounts, null), new TerminalHub(), new RoutingOptions()));
        Assert.Equal(BookOutcome.Unavailable, (await book.VerifyAsync("alice@example.org", 1, CancellationToken.None)).Outcome);
        Assert.Equal(BookOutcome.Unavailable, (await book.ExpandAsync("alice@example.org", 1, CancellationToken.None)).Outcome);
        Assert.Equal(BookOutcome.Unavailable, (await book.VerifyAsync("Alice Smith", 1, CancellationToken.None)).Outcome);
    }
}
