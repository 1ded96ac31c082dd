using Merpati.Storage.Sqlite.Accounts;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Collecting;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Messages;
using Merpati.Storage.Sqlite.Throttle;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>
/// What is asked for each recipient and each login finds its rows by an index, however many accounts and members there are: no plan of SQLite's
/// goes through a whole table, or sorts what it found.
/// </summary>
public sealed class PlanTests : SqliteTest
{
    public static TheoryData<string> Questions =>
    [
        AddressRows.ByAddress, AddressRows.Targets, AddressRows.Posters, AddressRows.Members, AddressRows.Member,
        AccountSearch.ByLocalPart, AccountSearch.ByName, Ancestry.LeadingTo, Redirects.FindByAddress, MailboxCounters.Find,
        ThrottleRows.FindOne, ThrottleRows.DeleteEnded, ThrottleRows.DeleteOldest, OwnerAddresses.Known,
        MailboxListing.Mailbox, MailboxListing.Entries,
        CollectedRows.Known, CollectedRows.Part, SourceRows.One, SourceRows.OfAccount,
    ];

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task FindsItsRowsByAnIndex(string sql)
    {
        await (await OpenAsync()).DisposeAsync();
        var plan = Plan(sql);
        Assert.NotEmpty(plan);
        Assert.All(plan, step => Assert.False(step.StartsWith("SCAN", StringComparison.Ordinal) && step != "SCAN CONSTANT ROW", step));
        Assert.DoesNotContain(plan, step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DELETE FROM account WHERE id = 1")]
    [InlineData("DELETE FROM redirect WHERE id = 1")]
    [InlineData("DELETE FROM mail_group WHERE id = 1")]
    [InlineData("DELETE FROM mailbox WHERE id = 1")]
    public async Task TakesARowAwayWithoutLookingThroughThoseThatRefer(string sql)
    {
        await (await OpenAsync()).DisposeAsync();
        Assert.DoesNotContain(Plan(sql), step => step.StartsWith("SCAN", StringComparison.Ordinal));
        foreach (var (table, column) in References(sql.Split(' ')[2])) Assert.DoesNotContain(Plan($"SELECT 1 FROM {table} WHERE {column} = 1"), step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WouldNoticeAMissingIndex()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("DROP INDEX redirect_target_key");
        Assert.Contains(Plan(Ancestry.LeadingTo), step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }

    private List<string> Plan(string sql)
    {
        using var database = Database.Open(Home.Database, OpenMode.Read);
        var steps = new List<string>();
        using var row = database.Use("EXPLAIN QUERY PLAN " + sql);
        while (row.Step()) steps.Add(row.Text(3));
        return steps;
    }

    // The columns of other tables that refer to a table: SQLite looks for rows in them when one of its rows goes.
    private List<(string Table, string Column)> References(string parent)
    {
        using var database = Database.Open(Home.Database, OpenMode.Read);
        var references = new List<(string, string)>();
        using var row = database.Use("""
            SELECT t.name, k."from" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) k WHERE t.type = 'table' AND k."table" = ?1
            """).Bind(1, parent);
        while (row.Step()) references.Add((row.Text(0), row.Text(1)));
        return references;
    }
}
