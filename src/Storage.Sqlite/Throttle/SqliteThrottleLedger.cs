using Merpati.Auth.Throttle;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Reading;
using Merpati.Storage.Sqlite.Writing;

namespace Merpati.Storage.Sqlite.Throttle;

/// <summary>Refusals of logins in SQLite, and from where the owners of accounts log in.</summary>
internal sealed class SqliteThrottleLedger : IThrottleLedger
{
    // A login that is remembered already is not written again so soon: most logins would be a commit otherwise.
    private static readonly TimeSpan FreshFor = TimeSpan.FromDays(1);

    private readonly ReaderPool _readers;
    private readonly Writer _writer;
    private readonly TimeProvider _time;

    internal SqliteThrottleLedger(ReaderPool readers, Writer writer, TimeProvider time)
    {
        _readers = readers;
        _writer = writer;
        _time = time;
    }

    public ValueTask<IReadOnlyList<ThrottleEntry>> ListAsync(DateTimeOffset now, CancellationToken cancellation) =>
        _readers.ReadLongAsync(now, ThrottleRows.List, cancellation);

    public ValueTask<ThrottleEntry?> FindAsync(ThrottleScope scope, string key, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _readers.ReadAsync((scope, key, _time.GetUtcNow()), ThrottleRows.Find, cancellation);
    }

    public async ValueTask PutAsync(ThrottleEntry entry, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(entry);
        await ChangeAsync(database => ThrottleRows.Put(database, entry), cancellation);
    }

    public async ValueTask<bool> LiftAsync(ThrottleScope scope, string key, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(key);
        return await ChangeAsync(database => ThrottleRows.Lift(database, scope, key), cancellation);
    }

    public async ValueTask RememberOwnerAsync(long accountId, string addressKey, DateTimeOffset at, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(addressKey);
        if (await _readers.ReadAsync((accountId, addressKey, at - FreshFor), OwnerAddresses.IsKnown, cancellation)) return;
        await ChangeAsync(database => OwnerAddresses.Remember(database, (accountId, addressKey, at)), cancellation);
    }

    public ValueTask<bool> IsOwnersAsync(long accountId, string addressKey, DateTimeOffset now, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(addressKey);
        return _readers.ReadAsync((accountId, addressKey, now - OwnerAddresses.KeptFor), OwnerAddresses.IsKnown, cancellation);
    }

    private Task<bool> ChangeAsync(Func<Database, bool> change, CancellationToken cancellation) =>
        _writer.MakeAsync(new SmallChange<bool>(transaction => change(transaction.Database)), cancellation);
}
