using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Tests;

public sealed class UpkeepTests : SqliteTest
{
    [Fact]
    public async Task GivesThePagesOfExpungedMessagesBack()
    {
        await using var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        var other = await AddInboxAsync(store, "b@example.org");
        for (var i = 0; i < 20; i++) await store.Messages.AcceptAsync(Message(500_000, inbox, other), Never);
        await store.Messages.AcceptAsync(Message(20_000_000, inbox), Never);
        var full = Number("PRAGMA page_count");
        await store.Messages.ExpungeAsync(inbox, [.. Enumerable.Range(1, 21).Select(uid => (uint)uid)], Never);
        await store.SettleAsync();
        Assert.Equal(180, Number("SELECT count(*) FROM body_chunk")); // the other mailbox still holds its twenty
        Assert.Equal(0, Number("SELECT count(*) FROM shared_body"));
        await store.Messages.ExpungeAsync(other, [.. Enumerable.Range(1, 20).Select(uid => (uint)uid)], Never);
        await store.SettleAsync();
        Assert.Equal(0, Number("SELECT (SELECT count(*) FROM body_chunk) + (SELECT count(*) FROM released) + (SELECT count(*) FROM entry)"));
        Assert.InRange(Number("PRAGMA page_count"), 1, full / 20);
        await store.DisposeAsync();
        Assert.InRange(new FileInfo(Home.Database).Length, 1, 1_000_000);
    }

    [Fact]
    public async Task DoesAfterARestartWhatWasLeftUndone()
    {
        long inbox;
        await using (var server = await OpenAsync())
        {
            inbox = await AddInboxAsync(server);
            for (var i = 0; i < 600; i++) await server.Messages.AcceptAsync(Message(1000, inbox), Never);
            await server.Messages.AcceptAsync(Message(20_000_000, inbox), Never);
            await server.SettleAsync();
        }

        // Commands leave the work to the server.
        await using (var command = await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Home.Path }, Never))
        {
            var account = (await command.Accounts.FindFirstAccountAsync(Never))!;
            await command.Accounts.RemoveAccountAsync(account.Address, Never);
        }

        Assert.Equal(601, Number("SELECT count(*) FROM entry"));
        await using var again = await OpenAsync();
        Assert.Empty(await again.VerifyAsync(null, Never));
        await again.SettleAsync();
        Assert.Equal(0, Number("SELECT (SELECT count(*) FROM body_chunk) + (SELECT count(*) FROM released) + (SELECT count(*) FROM entry) + (SELECT count(*) FROM removed_mailbox)"));
        Assert.Empty(await again.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task ForgetsWhatWasCollectedFromASourceThatIsGone()
    {
        await using var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        var source = (await store.Collecting.PutAsync(new NewCollectSource(Address("a@example.org"), "pop3://a@old.example:110/"), Never))!;
        var other = (await store.Collecting.PutAsync(new NewCollectSource(Address("a@example.org"), "pop3://a@other.example:110/"), Never))!;
        var collecting = Enumerable.Range(0, 1200).Select(i => store.Messages.AcceptAsync(Message(0, inbox) with { Collected = new CollectedMessage(i < 3 ? other.Id : source.Id, i.ToString("d8", CultureInfo.InvariantCulture)) }, Never).AsTask());
        await Task.WhenAll(collecting);
        Assert.Equal(ChangeOutcome.Done, await store.Collecting.RemoveAsync(Address("a@example.org"), "pop3://a@old.example:110/", Never));
        Assert.Empty(await store.VerifyAsync(null, Never));
        await store.SettleAsync();
        Assert.Equal(3, Number("SELECT count(*) FROM collected"));
        Assert.Equal(0, Number("SELECT count(*) FROM removed_source"));
        Assert.Empty(await store.VerifyAsync(null, Never));
    }

    [Fact]
    public async Task KeepsTheWalBoundedUnderConstantLoad()
    {
        await using var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        long largest = 0;
        long writing = 8;
        var reading = Task.Run(async () =>
        {
            while (Interlocked.Read(ref writing) > 0)
            {
                var uids = (await store.Messages.ReadMailboxAsync(inbox, Never))!.Uids;
                if (uids.Length > 0) await ReadLengthAsync(store, inbox, uids[^1]);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 400; i++)
            {
                await store.Messages.AcceptAsync(Message(100_000, inbox), Never);
                if (i % 10 == 0) InterlockedMax(ref largest, new FileInfo(Home.Wal).Length);
            }

            Interlocked.Decrement(ref writing);
        })));
        await reading;
        Assert.InRange(new FileInfo(Home.Database).Length, 100_000_000, long.MaxValue); // much of it has been moved meanwhile
        Assert.InRange(largest, 1, 160_000_000);
        await store.DisposeAsync();
        Assert.False(File.Exists(Home.Wal));
    }

    [Fact]
    public async Task LosesNothingThatWasAnsweredWhenTheProcessDies()
    {
        await using var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => store.Messages.AcceptAsync(Message(10_000, inbox), Never).AsTask()));

        // What is in the files at this moment is what a killed process leaves.
        await using var copy = new SqliteHome();
        foreach (var file in new[] { Home.Database, Home.Wal, Home.Marker }) File.Copy(file, Path.Combine(copy.Path, Path.GetFileName(file)));
        await using var revived = await copy.OpenAsync();
        Assert.Equal(200, (await revived.Messages.ReadMailboxAsync(inbox, Never))!.Uids.Length);
        Assert.Empty(await revived.VerifyAsync(null, Never));
    }

    [Theory]
    [InlineData("UPDATE mailbox SET messages = messages + 1", "counts 4 messages")]
    [InlineData("UPDATE mailbox SET octets = 0", "of 0 octets")]
    [InlineData("UPDATE mailbox SET uid_next = 1", "next UID 1")]
    [InlineData("DELETE FROM body_chunk WHERE id & 65535 = 1", "in 3 pieces of 4")]
    [InlineData("DELETE FROM body_chunk WHERE id & 65535 = 3", "should have a text of 200000 octets")]
    [InlineData("UPDATE body_chunk SET octets = x'00' WHERE id & 65535 = 0", "should have a text of 200000 octets")]
    [InlineData("UPDATE shared_body SET refs = 7", "counts 7 references and has 2")]
    [InlineData("DELETE FROM shared_body", "counts 1 references and has 2")]
    [InlineData("INSERT INTO shared_body VALUES (123456789, 2)", "body 123456789")]
    [InlineData("INSERT INTO body_chunk VALUES (123456789 << 16, x'00')", "body 123456789")]
    [InlineData("UPDATE entry SET mailbox_id = 77 WHERE uid = 2", "mailbox 77, which does not exist")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM mailbox", "has no inbox")]
    [InlineData("UPDATE domain SET octets = octets + 1 WHERE name = 'example.org'", "domain 1 counts 400001 octets and its accounts hold 400000")]
    [InlineData("UPDATE domain SET quota = NULL", "counts 400000 octets")]
    [InlineData("UPDATE mail_group SET members = 3", "leads to 2 others, which cannot be; as a group it counts 3")]
    [InlineData("DELETE FROM mail_group", "leads to 2 others")]
    [InlineData("DELETE FROM redirect_target WHERE redirect_id = 2", "address 2 leads to 0 others")]
    [InlineData("DELETE FROM redirect_target WHERE redirect_id = 3", "address 3 leads to 0 others")]
    [InlineData("UPDATE redirect SET mode = NULL", "address 3 leads to 1 others")]
    [InlineData("UPDATE redirect SET kind = 9 WHERE id = 2", "address 2 leads to 1 others")]
    [InlineData("UPDATE redirect SET local_key = 'b' WHERE id = 2", "account 2 and address 2 are in the same place")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM redirect WHERE id = 1", "a row of mail_group refers to one of redirect that does not exist")]
    [InlineData("UPDATE account SET full_name = 'Ann'", "account 1 cannot be found by its name")]
    [InlineData("PRAGMA foreign_keys = OFF; DELETE FROM collect_source", "kept for source 1, which does not exist")]
    [InlineData("UPDATE collect_source SET collected = 0", "source 1 counts 0 messages collected and knows 1")]
    [InlineData("PRAGMA foreign_keys = OFF; UPDATE collect_source SET account_id = 77", "a row of collect_source refers to one of account that does not exist")]
    public async Task FindsDamage(string damage, string line)
    {
        await using var store = await OpenAsync();
        var inbox = await AddInboxAsync(store);
        var other = await AddInboxAsync(store, "b@example.org");
        await store.Messages.AcceptAsync(Message(200_000, inbox, other), Never);
        await store.Messages.AcceptAsync(Message(0, inbox), Never);
        await AddAddressesAsync(store);
        Assert.Empty(await store.VerifyAsync(null, Never));
        Execute(damage);
        var reported = new List<double>();
        var findings = await store.VerifyAsync(new Immediate(reported.Add), Never);
        Assert.Contains(findings, finding => finding.Contains(line, StringComparison.Ordinal));
        Assert.Equal((0.0, 1.0), (reported[0], reported[^1]));
        Assert.Equal(reported.Order(), reported);
    }

    [Fact]
    public async Task FindsPagesThatAreGarbage()
    {
        await using (var store = await OpenAsync())
        {
            var inbox = await AddInboxAsync(store);
            for (var i = 0; i < 100; i++) await store.Messages.AcceptAsync(Message(20_000, inbox), Never);
        }

        long page;
        using (var database = Database.Open(Home.Database, OpenMode.Read)) page = database.Number("SELECT rootpage FROM sqlite_schema WHERE name = 'body_chunk'");
        await using (var stream = new FileStream(Home.Database, FileMode.Open))
        {
            stream.Position = (page - 1) * 8192;
            stream.Write(new byte[8192]);
        }

        await using var damaged = await OpenAsync();
        Assert.NotEmpty(await damaged.VerifyAsync(null, Never));
        await FailsAsync(StoreFailure.Corrupt, () => damaged.Messages.OpenMessageAsync(1, 1, Never).AsTask());
        await FailsAsync(StoreFailure.Corrupt, () => damaged.Messages.AcceptAsync(Message(10, 1), Never).AsTask());
        Assert.NotNull(await damaged.Messages.ReadMailboxAsync(1, Never)); // what is whole is served
    }

    // A group (1) of two, an alias (2), a forward (3), a domain whose octets are counted, and a source (1) with a message.
    private static async Task AddAddressesAsync(SqliteMailStore store)
    {
        var (addresses, domain) = (store.Addresses, Address("a@example.org").Domain);
        await addresses.AddGroupAsync(Address("g@example.org"), new GroupSettings("", PostingPolicy.Anyone, [], ShowsMembers: true), Never);
        await addresses.AddMembersAsync(Address("g@example.org"), [Address("a@example.org"), Address("b@example.org")], Never);
        await addresses.AddAliasAsync(Address("alias@example.org"), [Address("a@example.org")], Never);
        await addresses.AddForwardAsync(Address("f@example.org"), Address("x@foreign.example"), ForwardMode.Tell, Never);
        await addresses.SetDomainAsync(domain, new DomainSettings(null, 1L << 40, null), Never);
        var source = (await store.Collecting.PutAsync(new NewCollectSource(Address("a@example.org"), "pop3://a@old.example:110/"), Never))!;
        await store.Messages.AcceptAsync(Message(0, 1) with { Collected = new CollectedMessage(source.Id, "one") }, Never);
    }

    private static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    private static void InterlockedMax(ref long target, long value)
    {
        for (var seen = Interlocked.Read(ref target); value > seen; seen = Interlocked.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
        }
    }

    private sealed class Immediate(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
