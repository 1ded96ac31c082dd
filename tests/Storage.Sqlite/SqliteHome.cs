using Merpati.Storage.Contract;

namespace Merpati.Storage.Sqlite.Tests;

/// <summary>A data directory of one test.</summary>
internal sealed class SqliteHome : StoreHome
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("merpati-store-").FullName;

    internal string Database => System.IO.Path.Combine(Path, "merpati.db");

    internal string Wal => Database + "-wal";

    internal string Marker => System.IO.Path.Combine(Path, "STORE");

    public override async ValueTask<IMailStore> OpenAsync() =>
        await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Path, Exclusive = true }, CancellationToken.None);

    public override async ValueTask<IMailStore> OpenBesideAsync() =>
        await SqliteMailStore.OpenAsync(new SqliteStoreOptions { DataDirectory = Path }, CancellationToken.None);

    public override Task SettleAsync(IMailStore store) => ((SqliteMailStore)store).SettleAsync();

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Path, recursive: true);
        return ValueTask.CompletedTask;
    }
}
