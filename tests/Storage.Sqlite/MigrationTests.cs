using System.Reflection;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Schema;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>Brings stores that released programs have left, with what is in them, to the version of today.</summary>
public sealed class MigrationTests : SqliteTest
{
    [Fact]
    public async Task KeepsAllThatVersionOneHeld()
    {
        Restore("store-v1.sql");
        await using var store = await OpenAsync();
        Assert.Empty(await store.VerifyAsync(null, Never));
        Assert.Equal(["example.org", "zoo.example"], (await store.Accounts.ListDomainsAsync(Never)).Select(record => record.Domain.Name));
        var accounts = await store.Accounts.ListAccountsAsync(null, Never);
        Assert.Equal(["ann@example.org", "\"Bob B\"@example.org", "Carl@zoo.example"], accounts.Select(account => account.Address.ToString()));
        Assert.Equal(["Ann Lée", "Bob  Bobson", ""], accounts.Select(account => account.FullName));
        Assert.Equal([false, false, true], accounts.Select(account => account.Disabled));
        Assert.All(accounts, account => Assert.StartsWith("SCRAM-SHA-256$600000:", account.Verifier, StringComparison.Ordinal));
        Assert.All(accounts, account => Assert.Null(account.SealedSecret));

        var inbox = Assert.Single(await store.Messages.ListMailboxesAsync(accounts[0].Id, Never));
        Assert.Equal((1_795_337_716u, 5u, 3, 722L), (inbox.UidValidity, inbox.UidNext, inbox.Messages, inbox.Octets));
        var snapshot = (await store.Messages.ReadMailboxAsync(inbox.Id, Never))!;
        Assert.Equal([1u, 2u, 4u], snapshot.Uids);
        Assert.Equal([202L, 225L, 295L], snapshot.Sizes);
        var text = await ReadTextAsync(store, inbox.Id, 2);
        Assert.StartsWith("Return-Path: <s@foreign.example>\r\nReceived: from client.example", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\nSubject: two\r\n\r\nHello Ann\r\n", text, StringComparison.Ordinal);
        await store.SettleAsync(); // what version 1 had left to be purged
        Assert.Equal(3, Number("SELECT count(*) FROM body_chunk"));
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task GivesWhatVersionOneHeldAllThatIsNew()
    {
        Restore("store-v1.sql");
        await using var store = await OpenAsync();
        foreach (var text in new[] { "ANN LÉE", "lée", "ann" }) Assert.Equal("ann", Assert.Single(await store.Addresses.SearchAsync(text, 10, Never)).Address.Local.Value);
        Assert.Equal("Bob B", Assert.Single(await store.Addresses.SearchAsync("bob bobson", 10, Never)).Address.Local.Value);
        Assert.Equal(new AccountRoom(new AccountSettings(null, true), 722, null, 0, null), await store.Addresses.ReadAccountAsync(Address("ann@example.org"), Never));
        await store.Addresses.SetDomainAsync(Address("ann@example.org").Domain, new DomainSettings(Address("ann@example.org"), 1000, null), Never);
        Assert.Equal(722, (await store.Addresses.FindAsync(Address("\"bob b\"@example.org"), Never)).Room!.DomainUsedOctets);
        Assert.Equal(ChangeOutcome.AlreadyExists, await store.Addresses.AddAliasAsync(Address("ANN@example.org"), [Address("x@foreign.example")], Never));
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(278, 1), Never));
        Assert.Equal(1000, (await store.Addresses.ReadAccountAsync(Address("ann@example.org"), Never))!.DomainUsedOctets);
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task KeepsAllThatVersionTwoHeld()
    {
        Restore("store-v2.sql");
        await using var store = await OpenAsync();
        Assert.Empty(await store.VerifyAsync(null, Never));
        var accounts = await store.Accounts.ListAccountsAsync(null, Never);
        Assert.Equal(["ann@example.org", "bob@example.org", "carl@zoo.example"], accounts.Select(account => account.Address.ToString()));
        Assert.Equal([false, false, true], accounts.Select(account => account.Disabled));
        Assert.Equal("sales@example.org", Assert.Single(await store.Addresses.ListAliasesAsync(null, Never)).Address.ToString());
        Assert.Equal(2, Assert.Single(await store.Addresses.ListGroupsAsync(null, Never)).Members);
        Assert.Equal("x@foreign.example", Assert.Single(await store.Addresses.ListForwardsAsync(null, Never)).Target.ToString());
        Assert.Equal("bob", Assert.Single(await store.Addresses.SearchAsync("name of bob@example.org", 10, Never)).Address.Local.Value);
        Assert.Equal([184L, 208L], (await store.Messages.ReadMailboxAsync(accounts[0].InboxId, Never))!.Sizes.ToList());
        Assert.Equal([184L, 301L], (await store.Messages.ReadMailboxAsync(accounts[1].InboxId, Never))!.Sizes.ToList());
        Assert.EndsWith("Subject: two\r\n\r\nHello Ann\r\n", await ReadTextAsync(store, accounts[0].InboxId, 2), StringComparison.Ordinal);
        await store.SettleAsync(); // what the account that was removed has left
        Assert.Equal(2, Number("SELECT refs FROM shared_body"));
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task KeepsAllThatVersionThreeHeld()
    {
        Restore("store-v3.sql");
        await using var store = await OpenAsync();
        Assert.Empty(await store.VerifyAsync(null, Never));
        var accounts = await store.Accounts.ListAccountsAsync(null, Never);
        Assert.Equal(["ann@example.org", "bob@example.org", "carl@zoo.example"], accounts.Select(account => account.Address.ToString()));
        Assert.Equal([false, false, true], accounts.Select(account => account.Disabled));
        Assert.Equal(new DomainSettings(null, null, 500L << 20), await store.Addresses.ReadDomainAsync(Address("ann@example.org").Domain, Never));
        Assert.Equal(new AccountSettings(2L << 30, false), (await store.Addresses.ReadAccountAsync(Address("bob@example.org"), Never))!.Settings);
        Assert.Equal(2, Assert.Single(await store.Addresses.ListGroupsAsync(null, Never)).Members);
        Assert.Equal([183L, 207L], (await store.Messages.ReadMailboxAsync(accounts[0].InboxId, Never))!.Sizes.ToList());
        Assert.Equal([183L, 209L, 293L], (await store.Messages.ReadMailboxAsync(accounts[1].InboxId, Never))!.Sizes.ToList());
        Assert.EndsWith("\r\n\r\nAway\r\n", await ReadTextAsync(store, accounts[1].InboxId, 3), StringComparison.Ordinal);
        var entry = Assert.Single(await store.Queue.ListAsync(new QueueFilter(), 0, 10, Never));
        Assert.Equal((1, "the connection was refused"), (entry.Attempts, entry.LastReply));
        await store.SettleAsync(); // what the account that was removed has left
        Assert.Equal(0, Number("SELECT count(*) FROM removed_mailbox"));
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    [Theory]
    [InlineData("store-v1.sql")]
    [InlineData("store-v2.sql")]
    [InlineData("store-v3.sql")]
    public async Task GivesAnOlderStoreRetentionAndSources(string dump)
    {
        Restore(dump);
        await using var store = await OpenAsync();
        var ann = Address("ann@example.org");
        var inbox = (await store.Accounts.FindAsync(ann, Never)).Account!.InboxId;
        var before = (await store.Messages.ReadMailboxAsync(inbox, Never))!;
        Assert.Equal((null, 0), (before.Retention, before.Seen.Length));
        Assert.Equal(0, await store.Messages.ExpireAsync(Retention.Forever, DateTimeOffset.MaxValue, Never));
        Assert.Empty(await store.Collecting.ListAsync(null, Never));
        var source = (await store.Collecting.PutAsync(new NewCollectSource(ann, "pop3s://ann@old.example:995/"), Never))!;
        Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(1000, inbox) with { Collected = new CollectedMessage(source.Id, "one") }, Never));
        await store.Addresses.SetDomainAsync(ann.Domain, new DomainSettings(null, null, null) { Retention = new Retention(30) }, Never);
        Assert.Equal(new Retention(30), (await store.Messages.ReadMailboxAsync(inbox, Never))!.Retention);
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    [Theory]
    [InlineData("store-v1.sql")]
    [InlineData("store-v2.sql")]
    [InlineData("store-v3.sql")]
    public async Task GivesAnOlderStoreAQueue(string dump)
    {
        Restore(dump);
        await using (var store = await OpenAsync())
        {
            var sending = new NewSending(new QueueId(1), MailPath.Null, [new NewQueuedRecipient(Address("x@foreign.example"), "foreign.example", null)]);
            Assert.Equal(AcceptOutcome.Done, await store.Messages.AcceptAsync(Message(1000, 1) with { Sendings = [sending] }, Never));
        }

        await using var again = await OpenAsync();
        var claimed = Assert.Single(await again.Queue.ClaimAsync(new ClaimRequest("foreign.example", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, 1, 1), Never));
        Assert.Equal(1000, claimed.Size);
        Assert.Empty(await again.VerifyAsync(null, Never));
    }

    [Theory]
    [InlineData("store-v1.sql", ".v1-")]
    [InlineData("store-v2.sql", ".v2-")]
    [InlineData("store-v3.sql", ".v3-")]
    public async Task LeavesASnapshotOfTheOlderVersion(string dump, string suffix)
    {
        Restore(dump);
        var held = Dump(Home.Database);
        await (await OpenAsync()).DisposeAsync();
        Assert.Equal(Migration.All.Count, Number("PRAGMA user_version"));
        var snapshot = Assert.Single(Directory.GetFiles(Home.Path, "*.bak"));
        Assert.StartsWith(Home.Database + suffix, snapshot, StringComparison.Ordinal);
        Assert.Equal(held, Dump(snapshot));
        await (await OpenAsync()).DisposeAsync();
        Assert.Single(Directory.GetFiles(Home.Path, "*.bak")); // the second time there is nothing to be done
    }

    [Theory]
    [InlineData("store-v1.sql")]
    [InlineData("store-v2.sql")]
    [InlineData("store-v3.sql")]
    public async Task ComesToTheSameSchemaAsANewStore(string dump)
    {
        Restore(dump);
        await (await OpenAsync()).DisposeAsync();
        await using var other = new SqliteHome();
        await (await other.OpenAsync()).DisposeAsync();
        Assert.Equal(Schema(other.Database), Schema(Home.Database));
    }

    [Fact]
    public async Task LeavesVersionOneAsItWasWhenTheDiskFillsMeanwhile()
    {
        Restore("store-v1.sql");
        var held = Dump(Home.Database);
        Migration[] failing = [Migration.All[0], Migration.All[1] with { Fill = _ => throw new SqliteFailure(SQLitePCL.raw.SQLITE_FULL, "no room", "fill") }];
        await FailsAsync(StoreFailure.CannotOpen, async () =>
            await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Home.Path, Exclusive = true, Migrations = failing }, Never));
        Assert.Equal(1, Number("PRAGMA user_version"));
        Assert.Equal(held, Dump(Home.Database));
        await using var store = await OpenAsync();
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static List<string> Schema(string path) => Rows(path, "SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema ORDER BY type, name");

    /// <summary>Every row of every table, as text.</summary>
    private static List<string> Dump(string path)
    {
        var rows = Schema(path);
        foreach (var table in Rows(path, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"))
        {
            var columns = string.Join(" || ',' || ", Rows(path, $"SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('{table}') ORDER BY cid"));
            rows.AddRange(Rows(path, $"SELECT {columns} FROM \"{table}\" ORDER BY 1"));
        }

        return rows;
    }

    private static List<string> Rows(string path, string sql)
    {
        using var database = Database.Open(path, OpenMode.Read);
        var rows = new List<string>();
        using var row = database.Use(sql);
        while (row.Step()) rows.Add(row.Text(0));
        return rows;
    }

    private static async Task<string> ReadTextAsync(SqliteMailStore store, long mailbox, uint uid)
    {
        using var reader = await store.Messages.OpenMessageAsync(mailbox, uid, Never);
        var text = new StringBuilder();
        while (await reader!.ReadAsync(Never) is { IsEmpty: false } piece) text.Append(Encoding.ASCII.GetString(piece.Span));
        return text.ToString();
    }

    private void Restore(string dump)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var name = Assert.Single(assembly.GetManifestResourceNames(), resource => resource.EndsWith(dump, StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        using var database = Database.Open(Home.Database, OpenMode.Create);
        database.Execute(reader.ReadToEnd());
    }
}
