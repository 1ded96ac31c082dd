using System.Globalization;
using Merpati.Storage.Accounts;

namespace Merpati.Storage.Contract;

public abstract class SearchContract : StoreContract
{
    [Theory]
    [InlineData("ivan petrov")]
    [InlineData("ivan petrov (it)", "ivan")]
    [InlineData("  IVAN   Petrov\t(It) ", "ivan")]
    [InlineData("boris badenov", "boris")]
    [InlineData("Petrov", "ivan", "jana")]
    [InlineData("jana", "jana")]
    [InlineData("Анна", "anna")]
    [InlineData("анна каренина", "anna")]
    [InlineData("ÉLODIE", "elodie")]
    [InlineData("o'neill", "elodie")]
    [InlineData("smith-jones", "smith")]
    [InlineData("smith", "smith")]
    [InlineData("SMITH", "smith")]
    [InlineData("It", "ivan")]
    [InlineData("petro")]
    [InlineData("ivan petro")]
    [InlineData("petrov, jana", "jana")]
    [InlineData("%")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("(IT)")]
    public async Task FindsByNameWordOrLocalPart(string text, params string[] expected)
    {
        await AddAsync("ivan", "Ivan Petrov (IT)");
        await AddAsync("boris", "Boris\u00a0 Badenov");
        await AddAsync("jana", "Petrov, Jana");
        await AddAsync("anna", "Анна Каренина");
        await AddAsync("elodie", "Élodie O'Neill");
        await AddAsync("smith", "Bob Smith-Jones");
        await AddAsync("nameless", "");
        Assert.Equal(expected, await FindAsync(text, 10));
    }

    [Fact]
    public async Task PutsThoseThatMatchWholeFirstAndEachOnce()
    {
        await AddAsync("x", "Ann Lee");
        await AddAsync("y", "Ann");
        await AddAsync("ann", "Ann Ann");
        await AddAsync("z", "lee ann");
        Assert.Equal(["ann", "y", "x", "z"], await FindAsync("ANN", 10));
        Assert.Equal(["ann", "y", "x"], await FindAsync("ann", 3));
        Assert.Equal(["ann"], await FindAsync("ann", 1));
        Assert.Empty(await FindAsync("ann", 0));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await Addresses.SearchAsync("ann", -1, Never));
    }

    [Fact]
    public async Task LeavesDisabledAccountsOutBeforeItCounts()
    {
        await AddAsync("a", "Ann");
        await AddAsync("ann", "");
        await AddAsync("b", "Ann");
        await Accounts.SetDisabledAsync(Address("a@example.org"), true, Never);
        await Accounts.SetDisabledAsync(Address("ann@example.org"), true, Never);
        Assert.Equal(["b"], await FindAsync("ann", 1));
        await Accounts.SetDisabledAsync(Address("a@example.org"), false, Never);
        Assert.Equal(["a", "b"], await FindAsync("ann", 10));
    }

    [Fact]
    public async Task FindsALocalPartInEveryDomainAndInBothItsForms()
    {
        await AddAsync("Ann", "", "one.example");
        await AddAsync("ann", "", "two.example");
        await AddAsync("\"Ann Lee\"", "", "one.example");
        Assert.Equal(["Ann@one.example", "ann@two.example"], (await Addresses.SearchAsync("aNN", 10, Never)).Select(account => account.Address.ToString()));
        Assert.Equal(["Ann Lee"], await FindAsync("\"ann LEE\"", 10));
        Assert.Equal(["Ann Lee"], await FindAsync("ANN lee", 10));
    }

    [Fact]
    public async Task ForgetsTheNameOfARemovedAccount()
    {
        await AddAsync("a", "Ann Lee");
        await Accounts.RemoveAccountAsync(Address("a@example.org"), Never);
        await AddAsync("a", "Bob");
        await ReopenAsync();
        Assert.Empty(await FindAsync("lee", 10));
        Assert.Equal(["a"], await FindAsync("bob", 10));
    }

    [Fact]
    public async Task TakesANameOfManyWordsAndOfAnything()
    {
        await AddAsync("a", string.Join(' ', Enumerable.Range(0, 5_000).Select(number => number.ToString(CultureInfo.InvariantCulture))));
        await AddAsync("b", "\t\u00a0\u2003");
        await AddAsync("c", "🐦 e\u0301 \ud800 -- '");
        Assert.Equal(["a"], await FindAsync("63", 10));
        Assert.Equal(["c"], await FindAsync("🐦", 10));
        Assert.Equal(["c"], await FindAsync("E\u0301", 10));
        Assert.Empty(await FindAsync("--", 10));
    }

    private async Task AddAsync(string local, string name, string domain = "example.org")
    {
        await Accounts.AddDomainAsync(Domain(domain), Never);
        Assert.Equal(ChangeOutcome.Done, await Accounts.AddAccountAsync(new NewAccount(Address($"{local}@{domain}"), name, null), Never));
    }

    private async Task<IEnumerable<string>> FindAsync(string text, int limit) =>
        (await Addresses.SearchAsync(text, limit, Never)).Select(account => account.Address.Local.Value);
}
