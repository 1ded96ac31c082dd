using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Messages;
using Merpati.Storage.Sqlite.Queue;
using Merpati.Storage.Sqlite.Writing;
using SQLitePCL;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>What is asked of the queue while it works costs the same however much waits for somebody else: shown by SQLite's plans and by the rows that it visits.</summary>
public sealed class QueuePlanTests : SqliteTest
{
    private const int Waiting = 100_000;

    /// <summary>What the engine asks for each message: rows by an index, in its order, nothing sorted.</summary>
    public static TheoryData<string> Questions =>
    [
        DueListing.HasMany, DueListing.Next, DueListing.NextDue, Claims.NextTurn, Claims.Due, Claims.End, RecipientRows.FindOne, SendingRows.Find,
        SendingRows.AnyRecipient, SendingRows.FindBody, QueueCounters.Upsert, QueueTally.Reply, AttemptRows.DeleteFirst, AttemptRows.SetGone, BodyHolder.FirstOfSending,
    ];

    public static TheoryData<string> Listings => [.. QueueListing.Statements];

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task FindsItsRowsByAnIndex(string sql)
    {
        await (await OpenAsync()).DisposeAsync();
        Assert.All(Plan(sql), step => Assert.False(step.StartsWith("SCAN", StringComparison.Ordinal), step));
        Assert.DoesNotContain(Plan(sql), step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Listings))]
    public async Task ListsAlongAnIndex(string sql)
    {
        await (await OpenAsync()).DisposeAsync();
        Assert.All(Plan(sql), step => Assert.False(step.StartsWith("SCAN", StringComparison.Ordinal), step));
    }

    [Theory]
    [InlineData("DELETE FROM sending WHERE id = 1", "sending_id")]
    [InlineData("DELETE FROM queue_tally WHERE id = 1", "tally_id")]
    public async Task TakesARowAwayWithoutLookingThroughThoseThatRefer(string sql, string column)
    {
        await (await OpenAsync()).DisposeAsync();
        Assert.DoesNotContain(Plan(sql), step => step.StartsWith("SCAN", StringComparison.Ordinal));
        Assert.DoesNotContain(Plan($"SELECT 1 FROM queued_recipient WHERE {column} = 1"), step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ScansOnlyWhatIsBounded()
    {
        await (await OpenAsync()).DisposeAsync();
        Assert.All(Plan(DueListing.Few), step => Assert.False(step.StartsWith("SCAN queued_recipient", StringComparison.Ordinal), step)); // a thousand rows of the index at most
        Assert.Contains("SCAN t USING INDEX queue_tally_recipients", Plan(QueueTally.Largest)); // from its end, as many as are wanted
        Assert.DoesNotContain(Plan(QueueTally.Largest), step => step.Contains("TEMP B-TREE", StringComparison.Ordinal));
        Assert.DoesNotContain(Plan(AttemptRows.Forgettable), step => step.StartsWith("SCAN attempt", StringComparison.Ordinal));
        Assert.DoesNotContain(Plan(AttemptRows.OfQueueId), step => step.StartsWith("SCAN", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WouldNoticeAMissingIndex()
    {
        await (await OpenAsync()).DisposeAsync();
        Execute("DROP INDEX queued_recipient_address");
        Assert.Throws<SqliteFailure>(() => QueueListing.Statements.ToList().ForEach(sql => Plan(sql)));
    }

    // What comes in while a change runs is not for it: it would never end.
    [Fact]
    public async Task EndsAListingWhereItWasToldTo()
    {
        await using var store = await OpenAsync();
        await PutAsync(store, ["a@dead.example", "b@dead.example"]);
        await PutAsync(store, ["c@dead.example"]);
        await store.Queue.ChangeAsync(QueueChange.Hold, new QueueFilter { Recipient = Address("c@dead.example") }, DateTimeOffset.UnixEpoch, Never);
        using var database = Database.Open(Home.Database, OpenMode.Read);
        Assert.Equal(3, QueueListing.FindLast(database, 0));
        QueueFilter[] filters = [new(), new() { Id = new QueueId(1) }, new() { ReversePath = MailPath.Null }, new() { Destination = "dead.example" }];
        foreach (var filter in filters)
        {
            Assert.Equal([2L, 3L], QueueListing.ListNumbers(database, (filter, (1, 3, 10))));
            Assert.Equal([1L, 2L], QueueListing.ListNumbers(database, (filter, (0, 2, 10))));
            Assert.Equal([1L], QueueListing.ListNumbers(database, (filter, (0, 2, 1))));
        }

        QueueFilter[] ofTheLast = [new() { State = QueueState.Held }, new() { Recipient = Address("c@dead.example") }];
        foreach (var filter in ofTheLast)
        {
            Assert.Equal([3L], QueueListing.ListNumbers(database, (filter, (2, 3, 10))));
            Assert.Empty(QueueListing.ListNumbers(database, (filter, (0, 2, 10))));
            Assert.Empty(QueueListing.ListNumbers(database, (filter, (3, 9, 10))));
        }
    }

    [Fact]
    public async Task DoesNotLookAtWhatWaitsForADeadDestination()
    {
        await using var store = await OpenAsync();
        for (var i = 0; i < Waiting / 10_000; i++) await PutAsync(store, Enumerable.Range(0, 10_000).Select(n => string.Create(CultureInfo.InvariantCulture, $"r{n}@dead.example")));
        for (var i = 0; i < 20; i++) await PutAsync(store, [string.Create(CultureInfo.InvariantCulture, $"a@d{i:00}.example")]);
        using var database = Database.Open(Home.Database, OpenMode.Read);
        var now = DateTimeOffset.UnixEpoch;

        Assert.Equal(21, DueListing.List(database, (now, null, 100)).Count);
        Assert.Equal("dead.example", QueueTally.Read(database, 1)[0].Destination);
        Assert.Null(DueListing.FindNext(database, now));
        Assert.Equal(now, DueListing.FindNext(database, now.AddDays(-1)));
        Assert.Equal("a@d07.example", Assert.Single(QueueListing.List(database, (new QueueFilter { Destination = "d07.example" }, 0, 10))).Recipient.ToString());
        Assert.Equal(10, QueueListing.List(database, (new QueueFilter { Destination = "dead.example" }, 50_000, 10)).Count);
        Assert.Single(QueueListing.List(database, (new QueueFilter { Recipient = Address("a@d07.example") }, 0, 10)));
        Assert.True(Steps(database) < 50_000, "it went through what waits");

        var other = Assert.Single(await store.Queue.ClaimAsync(new ClaimRequest("d07.example", now, now.AddMinutes(1), 10, 100), Never));
        var dead = await store.Queue.ClaimAsync(new ClaimRequest("dead.example", now, now.AddMinutes(1), 2, 100), Never);
        Assert.Equal([100, 100], dead.Select(sending => sending.Recipients.Count));
        var report = new AttemptReport(now, "", "", "", "no answer", "4.4.1");
        var results = dead.SelectMany(sending => sending.Recipients).Select(recipient => new RecipientResult(recipient.RecipientId, AttemptOutcome.Deferred, report, now.AddHours(1)));
        await store.Queue.SettleAsync(new Settlement([.. results, new RecipientResult(other.Recipients[0].RecipientId, AttemptOutcome.Delivered, report)], []), Never);
        Assert.Equal(now.AddHours(1), await store.Queue.FindNextDueAsync(now, Never));
        Assert.Equal([Waiting - 200, 200], (await store.Queue.CountAsync(2, Never)).Select(count => count.Recipients));
        Assert.Equal(20, (await store.Queue.ListDueAsync(now, null, 100, Never)).Count);
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    private static async Task PutAsync(SqliteMailStore store, IEnumerable<string> recipients)
    {
        var sending = new NewSending(new QueueId(1), MailPath.Null, [.. recipients.Select(recipient => new NewQueuedRecipient(Address(recipient), Address(recipient).Domain.Name, null))]);
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(100) with { Sendings = [sending] }, Never));
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    // What SQLite's machine has done for all statements of the connection, about a dozen instructions a row.
    private static long Steps(Database database) => database.StatementsUsed.Sum(statement => statement.Count(raw.SQLITE_STMTSTATUS_VM_STEP));

    private List<string> Plan(string sql)
    {
        using var database = Database.Open(Home.Database, OpenMode.Read);
        var steps = new List<string>();
        using var row = database.Use("EXPLAIN QUERY PLAN " + sql);
        while (row.Step()) steps.Add(row.Text(3));
        return steps;
    }
}
