using System.Globalization;
using Merpati.Auth.Throttle;

namespace Merpati.Storage.Contract;

public abstract class ThrottleContract : StoreContract
{
    // Far enough in the future that no entry has ended by any clock.
    private static readonly DateTimeOffset Start = new(3000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private IThrottleLedger Throttle => Store.Throttle;

    [Fact]
    public async Task KeepsAnEntryAsItWasPut()
    {
        Assert.Null(await Throttle.FindAsync(ThrottleScope.Address, "192.0.2.1", Never));
        Assert.Empty(await Throttle.ListAsync(Start, Never));
        var entries = Enum.GetValues<ThrottleScope>().Select(scope => Entry("key ★", scope) with { Failures = 7 + (int)scope }).ToArray();
        foreach (var entry in entries) await Throttle.PutAsync(entry, Never);
        await ReopenAsync();
        foreach (var entry in entries) Assert.Equal(entry, await Throttle.FindAsync(entry.Scope, entry.Key, Never));
        Assert.Equal(entries.Reverse(), await Throttle.ListAsync(Start, Never));
        Assert.Null(await Throttle.FindAsync(ThrottleScope.Address, "KEY ★", Never));
    }

    [Fact]
    public async Task KeepsTheLastOfOneScopeAndKey()
    {
        await Throttle.PutAsync(Entry("a"), Never);
        await Throttle.PutAsync(Entry("b"), Never);
        var longer = Entry("a") with { Failures = 99, Until = Start.AddHours(5), Reason = "again" };
        await Throttle.PutAsync(longer, Never);
        Assert.Equal([longer, Entry("b")], await Throttle.ListAsync(Start, Never));
        Assert.Equal(longer, await Throttle.FindAsync(ThrottleScope.Address, "a", Never));
    }

    [Fact]
    public async Task LiftsAnEntryOnce()
    {
        await Throttle.PutAsync(Entry("a"), Never);
        await Throttle.PutAsync(Entry("a", ThrottleScope.Account), Never);
        Assert.True(await Throttle.LiftAsync(ThrottleScope.Address, "a", Never));
        Assert.False(await Throttle.LiftAsync(ThrottleScope.Address, "a", Never));
        Assert.Null(await Throttle.FindAsync(ThrottleScope.Address, "a", Never));
        Assert.NotNull(await Throttle.FindAsync(ThrottleScope.Account, "a", Never));
    }

    [Fact]
    public async Task ForgetsWhatHasEnded()
    {
        var past = DateTimeOffset.UnixEpoch.AddYears(40);
        await Throttle.PutAsync(Entry("old") with { Since = past, Until = past.AddHours(1) }, Never);
        Assert.Null(await Throttle.FindAsync(ThrottleScope.Address, "old", Never)); // ended by the store's clock
        Assert.Empty(await Throttle.ListAsync(past.AddHours(1), Never));
        Assert.Single(await Throttle.ListAsync(past.AddMinutes(59), Never));
        await Throttle.PutAsync(Entry("new"), Never);
        Assert.Equal("new", Assert.Single(await Throttle.ListAsync(past, Never)).Key);
    }

    [Fact]
    public async Task IsBoundedAndLetsTheOldestGo()
    {
        const int Bound = 10_000;
        await Throttle.PutAsync(Entry("first"), Never);
        await Throttle.PutAsync(Entry("second"), Never);
        for (var i = 0; i < Bound - 2; i += 500)
        {
            await Task.WhenAll(Enumerable.Range(i, Math.Min(500, Bound - 2 - i)).Select(number => Throttle.PutAsync(Entry(number.ToString(CultureInfo.InvariantCulture)), Never).AsTask()));
        }

        Assert.Equal(Bound, (await Throttle.ListAsync(Start, Never)).Count);
        await Throttle.PutAsync(Entry("first"), Never); // prolonged: the newest now
        await Throttle.PutAsync(Entry("one more"), Never);
        Assert.Null(await Throttle.FindAsync(ThrottleScope.Address, "second", Never));
        Assert.NotNull(await Throttle.FindAsync(ThrottleScope.Address, "first", Never));
        Assert.True((await Throttle.ListAsync(Start, Never)).Count <= Bound);
    }

    [Fact]
    public async Task ShowsAChangeToWhoHasTheStoreOpenBesideAtOnce()
    {
        await using var beside = await OpenBesideAsync();
        await Throttle.PutAsync(Entry("a"), Never);
        Assert.Single(await beside.Throttle.ListAsync(Start, Never));
        Assert.True(await beside.Throttle.LiftAsync(ThrottleScope.Address, "a", Never));
        Assert.Null(await Throttle.FindAsync(ThrottleScope.Address, "a", Never));
    }

    [Fact]
    public async Task RemembersFromWhereAnOwnerCame()
    {
        var id = await AddAccountAsync("a@example.org");
        var other = await AddAccountAsync("b@example.org");
        Assert.False(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start, Never));
        await Throttle.RememberOwnerAsync(id, "192.0.2.1", Start, Never);
        await ReopenAsync();
        Assert.True(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start, Never));
        Assert.True(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start.AddDays(89), Never));
        Assert.False(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start.AddDays(90), Never));
        Assert.False(await Throttle.IsOwnersAsync(id, "192.0.2.2", Start, Never));
        Assert.False(await Throttle.IsOwnersAsync(other, "192.0.2.1", Start, Never));
        await Throttle.RememberOwnerAsync(id, "192.0.2.1", Start.AddDays(50), Never);
        Assert.True(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start.AddDays(139), Never));
        await Throttle.RememberOwnerAsync(id, "192.0.2.1", Start.AddDays(1), Never); // told late
        Assert.True(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start.AddDays(139), Never));
    }

    [Fact]
    public async Task RemembersTheLastFewAddressesOfAnOwner()
    {
        var id = await AddAccountAsync("a@example.org");
        for (var i = 0; i < 20; i++) await Throttle.RememberOwnerAsync(id, Key(i), Start.AddMinutes(i), Never);
        Assert.Equal(Enumerable.Range(12, 8), await KnownAsync(id, 20, Start.AddMinutes(20)));
        for (var i = 20; i < 30; i++) await Throttle.RememberOwnerAsync(id, Key(i), Start.AddMinutes(20), Never); // all in one moment
        Assert.True(await Throttle.IsOwnersAsync(id, Key(29), Start.AddMinutes(20), Never));
        Assert.Equal(8, (await KnownAsync(id, 30, Start.AddMinutes(20))).Count);
    }

    [Fact]
    public async Task ForgetsTheOwnerWithTheAccount()
    {
        var id = await AddAccountAsync("a@example.org");
        await Throttle.RememberOwnerAsync(id, "192.0.2.1", Start, Never);
        await Accounts.RemoveAccountAsync(Address("a@example.org"), Never);
        Assert.False(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start, Never));
        await Throttle.RememberOwnerAsync(id, "192.0.2.1", Start, Never); // gone meanwhile: nothing to remember
        Assert.False(await Throttle.IsOwnersAsync(id, "192.0.2.1", Start, Never));
    }

    private static ThrottleEntry Entry(string key, ThrottleScope scope = ThrottleScope.Address) => new(scope, key, 5, "5 wrong passwords", Start, Start.AddMinutes(15));

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"2001:db8:0:{number}::/64");

    private async Task<long> AddAccountAsync(string address)
    {
        await AddInboxAsync(address);
        return (await Accounts.FindAsync(Address(address), Never)).Account!.Id;
    }

    private async Task<List<int>> KnownAsync(long id, int count, DateTimeOffset now)
    {
        var known = new List<int>();
        for (var i = 0; i < count; i++) if (await Throttle.IsOwnersAsync(id, Key(i), now, Never)) known.Add(i);
        return known;
    }
}
