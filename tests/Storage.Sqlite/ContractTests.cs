using Merpati.Storage.Contract;

namespace Merpati.Storage.Sqlite.Tests;

public sealed class SqliteAccountTests : AccountContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteMessageTests : MessageContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteConcurrencyTests : ConcurrencyContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteAliasTests : AliasContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteGroupTests : GroupContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteSettingTests : SettingContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteCollectTests : CollectContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteSeenTests : SeenContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteRetentionTests : RetentionContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteSearchTests : SearchContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteQuotaTests : QuotaContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteThrottleTests : ThrottleContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteLoopTests : LoopContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteQueueArrowTests : QueueArrowContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteQueueClaimTests : QueueClaimContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteQueueSettleTests : QueueSettleContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteQueueFilterTests : QueueFilterContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}

public sealed class SqliteQueueDemandTests : QueueDemandContract
{
    protected override StoreHome CreateHome() => new SqliteHome();
}
