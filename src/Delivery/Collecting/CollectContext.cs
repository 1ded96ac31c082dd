using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Addressing;
using Merpati.Storage.Collecting;
using Merpati.Storage.Messages;

namespace Merpati.Delivery.Collecting;

/// <summary>What the parts of one run share: the source, the account, and what holds for its messages.</summary>
internal sealed class CollectContext
{
    public const string DiskFull = "the disk is full here; nothing more was taken";
    public const string SourceGone = "the source was removed meanwhile";
    public const string OverQuota = "does not fit: the account here is over its quota";

    private readonly CollectSurroundings _surroundings;
    private readonly QueueIdSource _ids;
    private readonly CollectJob _job;
    private readonly Retention _retention;

    private CollectContext(CollectSurroundings surroundings, CollectOptions options, CollectJob job, Retention retention)
    {
        _surroundings = surroundings;
        _job = job;
        _retention = retention;
        Options = options;
        _ids = new QueueIdSource(surroundings.Time);
    }

    public CollectOptions Options { get; }

    public CollectSource Source => _job.Source;

    public CancellationToken FinishEarly => _job.FinishEarly;

    public IMessageStore Messages => _surroundings.Messages;

    public ICollectStore Sources => _surroundings.Store.Collecting;

    public TimeProvider Time => _surroundings.Time;

    public string TooBig => $"is larger than a message here may be ({Options.MaxMessageBytes} octets)";

    public string NoAccount => NoAccountOf(Source.Settings.Account);

    /// <summary>What more the account may hold; the store judges once more when a message is stored.</summary>
    public long Room { get; private init; }

    /// <summary>Asks for what holds for the account; or why it takes no mail. Throws <see cref="Storage.StoreException"/>.</summary>
    public static async ValueTask<(CollectContext? Context, string? Refusal)> AskAsync(
        CollectSurroundings surroundings, CollectOptions options, CollectJob job, CancellationToken cancellation)
    {
        var address = job.Source.Settings.Account;
        var (_, account) = await surroundings.Store.Accounts.FindAsync(address, cancellation);
        if (account is null || account.Id != job.Source.AccountId) return (null, NoAccountOf(address));
        if (account.Disabled) return (null, $"the account {address} is shut and takes no mail");
        var room = await surroundings.Store.Addresses.ReadAccountAsync(address, cancellation);
        var retention = room?.Settings.Retention ?? (await surroundings.Store.Addresses.ReadDomainAsync(address.Domain, cancellation))?.Retention ?? options.Retention;
        return (new CollectContext(surroundings, options, job, retention) { Room = RoomOf(room) }, null);
    }

    public QueueId NextId() => _ids.Next();

    /// <summary>
    /// The internal date: when the other server took the message in, so that who moves in keeps the order of his mail. Where messages are kept for a
    /// time only it is now, because that time is counted from the internal date: mail that moves in must not be removed the same night.
    /// </summary>
    public DateTimeOffset InternalDate(DateTimeOffset? receivedThere, DateTimeOffset now) =>
        receivedThere is { } at && at <= now && _retention.IsForever ? at : now;

    /// <summary>Whether the source is still what it was when the run began.</summary>
    public async ValueTask<bool> IsSourceThereAsync() =>
        await Sources.FindAsync(Source.Settings.Account, Source.Settings.Server, CancellationToken.None) is { } found && found.Id == Source.Id;

    private static string NoAccountOf(EmailAddress address) => $"there is no account {address} here";

    private static long RoomOf(AccountRoom? room)
    {
        if (room is null) return long.MaxValue;
        var own = room.LimitOctets - room.UsedOctets ?? long.MaxValue;
        return Math.Min(own, room.DomainLimitOctets - room.DomainUsedOctets ?? long.MaxValue);
    }
}
