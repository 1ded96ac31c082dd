using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>A data directory, and what the tests of this engine do to it.</summary>
public abstract class SqliteTest : IAsyncDisposable
{
    internal SqliteHome Home { get; } = new();

    protected static CancellationToken Never => CancellationToken.None;

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Home.DisposeAsync();
    }

    protected static async Task<long> AddInboxAsync(IMailStore store, string text = "a@example.org")
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        await store.Accounts.AddDomainAsync(address.Domain, Never);
        await store.Accounts.AddAccountAsync(new NewAccount(address, "", null), Never);
        return (await store.Accounts.FindAsync(address, Never)).Account!.InboxId;
    }

    protected static Acceptance Message(int length, params long[] mailboxes) =>
        new(new FilledBody(length), [.. mailboxes.Select(mailbox => new LocalDelivery(mailbox, default))], DateTimeOffset.UnixEpoch);

    protected static async Task<long> ReadLengthAsync(IMailStore store, long mailbox, uint uid)
    {
        using var reader = await store.Messages.OpenMessageAsync(mailbox, uid, Never);
        long length = 0;
        while (await reader!.ReadAsync(Never) is { IsEmpty: false } piece) length += piece.Length;
        return length;
    }

    protected static async Task<StoreException> FailsAsync(StoreFailure kind, Func<Task> action)
    {
        var failure = await Assert.ThrowsAsync<StoreException>(action);
        Assert.Equal(kind, failure.Failure);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }

    protected async Task<SqliteMailStore> OpenAsync() => (SqliteMailStore)await Home.OpenAsync();

    protected void Execute(string sql)
    {
        using var database = Database.Open(Home.Database, OpenMode.Write);
        database.Execute(sql);
    }

    protected long Number(string sql)
    {
        using var database = Database.Open(Home.Database, OpenMode.Read);
        return database.Number(sql);
    }

    private sealed class FilledBody(int length) : IBodyContent
    {
        public long Length => length;

        public void Read(long offset, Span<byte> destination) => destination.Fill((byte)'x');
    }
}
