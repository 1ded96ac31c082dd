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
