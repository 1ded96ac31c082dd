using System.Buffers.Binary;
using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Schema;

namespace Merpati.Storage.Sqlite.Tests;

public sealed class OpeningTests : IAsyncDisposable
{
    private readonly SqliteHome _home = new();

    public ValueTask DisposeAsync() => _home.DisposeAsync();

    [Fact]
    public async Task MakesAStoreThatOnlyItsOwnerReads()
    {
        var path = Path.Combine(_home.Path, "new");
        await using (await OpenAsync(new SqliteStoreOptions { DataDirectory = path, Exclusive = true }))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
            var files = Directory.GetFiles(path);
            Assert.Equal(["STORE", "merpati.db", "merpati.db-shm", "merpati.db-wal", "merpati.lock", "merpati.pid"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        }

        Assert.Equal(["STORE", "merpati.db", "merpati.lock"], Directory.GetFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task RefusesASecondServerAndNamesTheFirst()
    {
        await using (await _home.OpenAsync())
        {
            var refusal = await RefusesAsync(Exclusive());
            Assert.Equal(StoreFailure.CannotOpen, refusal.Failure);
            Assert.Contains("already served by process " + Environment.ProcessId.ToString(CultureInfo.InvariantCulture), refusal.Message, StringComparison.Ordinal);
        }

        await using var again = await _home.OpenAsync();
        Assert.NotNull(again);
    }

    [Fact]
    public async Task LetsACommandSeeAndChangeWhatAServerServes()
    {
        await using var server = await _home.OpenAsync();
        await using var command = await OpenAsync(new SqliteStoreOptions { DataDirectory = _home.Path });
        Assert.Equal(ChangeOutcome.Done, await command.Accounts.AddDomainAsync(Domain("example.org"), CancellationToken.None));
        Assert.Equal("example.org", (await server.Accounts.FindFirstDomainAsync(CancellationToken.None))!.Name);
        Assert.Equal(ChangeOutcome.Done, await server.Accounts.RemoveDomainAsync(Domain("example.org"), CancellationToken.None));
        Assert.Null(await command.Accounts.FindFirstDomainAsync(CancellationToken.None));
        await command.Accounts.AddDomainAsync(Domain("example.net"), CancellationToken.None);
        await command.DisposeAsync();
        Assert.Equal("example.net", (await server.Accounts.FindFirstDomainAsync(CancellationToken.None))!.Name);
    }

    [Fact]
    public async Task MakesOneStoreWhenManyBeginAtOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
        {
            await using var store = await OpenAsync(new SqliteStoreOptions { DataDirectory = _home.Path });
            var name = string.Create(CultureInfo.InvariantCulture, $"d{number}.example");
            Assert.Equal(ChangeOutcome.Done, await store.Accounts.AddDomainAsync(Domain(name), CancellationToken.None));
        })));
        await using var opened = await _home.OpenAsync();
        Assert.Equal(8, (await opened.Accounts.ListDomainsAsync(CancellationToken.None)).Count);
    }

    [Fact]
    public async Task BeginsAnewAfterACrashWhileTheStoreWasMade()
    {
        var crashing = new SqliteStoreOptions { DataDirectory = _home.Path, Exclusive = true, BeforeNaming = () => throw new InvalidOperationException("crash") };
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await OpenAsync(crashing));
        Assert.True(File.Exists(_home.Database + ".new"));
        Assert.False(File.Exists(_home.Database));
        File.WriteAllText(_home.Database + ".new", "half of a database");
        await using var store = await _home.OpenAsync();
        Assert.Empty(await store.VerifyAsync(null, CancellationToken.None));
        Assert.False(File.Exists(_home.Database + ".new"));
    }

    [Fact]
    public async Task WritesTheMarkerThatACrashHasPrevented()
    {
        await MakeAsync();
        File.Delete(_home.Marker);
        await MakeAsync();
        Assert.True(File.Exists(_home.Marker));
    }

    [Fact]
    public async Task RefusesAMissingDatabase()
    {
        await MakeAsync();
        File.Delete(_home.Database);
        await NeverBeginsAnewAsync(StoreFailure.CannotOpen, "is missing");
    }

    [Fact]
    public async Task RefusesAWalWithoutItsDatabase()
    {
        await File.WriteAllBytesAsync(_home.Wal, new byte[100], CancellationToken.None);
        await NeverBeginsAnewAsync(StoreFailure.CannotOpen, "is missing");
    }

    [Fact]
    public async Task RefusesAnEmptyDatabase()
    {
        await MakeAsync();
        await File.WriteAllBytesAsync(_home.Database, [], CancellationToken.None);
        await NeverBeginsAnewAsync(StoreFailure.Corrupt, "is empty");
    }

    [Fact]
    public async Task RefusesWhatIsNoDatabase()
    {
        await File.WriteAllTextAsync(_home.Database, new string('x', 20_000), CancellationToken.None);
        await NeverBeginsAnewAsync(StoreFailure.Corrupt, "is not a SQLite database");
    }

    [Fact]
    public async Task RefusesTheDatabaseOfAnotherProgram()
    {
        using (var other = Database.Open(_home.Database, OpenMode.Create)) other.Execute("CREATE TABLE t (a)");
        await NeverBeginsAnewAsync(StoreFailure.CannotOpen, "another program");
    }

    [Fact]
    public async Task RefusesADatabaseThatWasCut()
    {
        await MakeAsync();
        using (var stream = new FileStream(_home.Database, FileMode.Open)) stream.SetLength(stream.Length / 2);
        await NeverBeginsAnewAsync(StoreFailure.Corrupt, "has been cut");
    }

    [Fact]
    public async Task RefusesADatabaseWhosePagesAreGarbage()
    {
        await MakeAsync();
        await using (var stream = new FileStream(_home.Database, FileMode.Open))
        {
            stream.Position = 100; // behind the file header: the root of sqlite_schema
            stream.Write(new byte[4000].Select(_ => (byte)0xa5).ToArray());
        }

        await NeverBeginsAnewAsync(StoreFailure.Corrupt, "is damaged");
    }

    [Theory]
    [InlineData("DROP TABLE entry")]
    [InlineData("DROP TABLE throttle")]
    [InlineData("DROP INDEX redirect_target_key")]
    [InlineData("DROP TRIGGER mailbox_changed")]
    public async Task RefusesADatabaseThatLacksTables(string damage)
    {
        await MakeAsync();
        using (var database = Database.Open(_home.Database, OpenMode.Write)) database.Execute(damage);
        await NeverBeginsAnewAsync(StoreFailure.Corrupt, "lacks tables");
    }

    [Fact]
    public async Task RefusesANewerSchema()
    {
        await MakeAsync();
        using (var database = Database.Open(_home.Database, OpenMode.Write)) database.Execute("PRAGMA user_version = 77");
        await NeverBeginsAnewAsync(StoreFailure.CannotOpen, "version 77");
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"up to {Migration.All.Count}"), (await RefusesAsync(Exclusive())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusesADirectoryThatIsAFile()
    {
        var path = Path.Combine(_home.Path, "file");
        await File.WriteAllTextAsync(path, "", CancellationToken.None);
        var refusal = await RefusesAsync(new SqliteStoreOptions { DataDirectory = path, Exclusive = true });
        Assert.Equal(StoreFailure.CannotOpen, refusal.Failure);
    }

    [Fact]
    public async Task TakesASnapshotBeforeItMigrates()
    {
        await MakeAsync();
        await using (var store = await OpenAsync(Exclusive(WithAnother("CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT"))))
        {
            Assert.Equal("example.org", (await store.Accounts.FindFirstDomainAsync(CancellationToken.None))!.Name);
        }

        var snapshot = Assert.Single(Directory.GetFiles(_home.Path, "*.bak"));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{_home.Database}.v{Migration.All.Count}-"), snapshot, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(snapshot));
        using (var migrated = Database.Open(_home.Database, OpenMode.Read)) Assert.Equal(Migration.All.Count + 1, SchemaVersion.Read(migrated));

        // The snapshot is a store that the older program opens.
        File.Move(snapshot, _home.Database, overwrite: true);
        await using var older = await _home.OpenAsync();
        Assert.Equal("example.org", (await older.Accounts.FindFirstDomainAsync(CancellationToken.None))!.Name);
    }

    [Fact]
    public async Task LeavesTheDatabaseAsItWasWhenAMigrationFails()
    {
        await MakeAsync();
        var refusal = await RefusesAsync(Exclusive(WithAnother("CREATE TABLE later (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1)")));
        Assert.Contains("nowhere", refusal.Message, StringComparison.Ordinal);
        await using var older = await _home.OpenAsync();
        Assert.Empty(await older.VerifyAsync(null, CancellationToken.None));
    }

    [Fact]
    public async Task RefusesToMigrateWhatIsServed()
    {
        await using (await _home.OpenAsync())
        {
            var refusal = await RefusesAsync(new SqliteStoreOptions { DataDirectory = _home.Path, Migrations = WithAnother("CREATE TABLE later (id)") });
            Assert.Contains("stop that one first", refusal.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(_home.Path, "*.bak"));
        }

        await using var command = await OpenAsync(new SqliteStoreOptions { DataDirectory = _home.Path, Migrations = WithAnother("CREATE TABLE later (id)") });
        Assert.Single(Directory.GetFiles(_home.Path, "*.bak"));
    }

    // What is on people's disks was made by this text: a change is a new migration.
    [Fact]
    public void KeepsTheReleasedSchemaAsItIs()
    {
        Assert.Equal("c683c01d361a62a154c99a9d7ff8544ba2c0701994edc07c7f21638c29baebc2", Digest(FirstSchema.Sql));
        Assert.Equal("9504e7c60c180e3280ddc54a35b332543f3043072b5c3c95c802a8eeb1dda31f", Digest(SecondSchema.Sql));
        Assert.Equal("09ec5af27dd1909ac63cddeca22d5c9683f038e5008e54ae1ae71c93ab9fb81d", Digest(ThirdSchema.Sql));
        Assert.Equal(Enumerable.Range(1, Migration.All.Count), Migration.All.Select(migration => migration.Version));
    }

    [Fact]
    public async Task SaysInTheFileWhoseItIs()
    {
        await MakeAsync();
        var header = (await File.ReadAllBytesAsync(_home.Database, CancellationToken.None)).AsSpan(0, 100).ToArray();
        Assert.Equal(8192, BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(16)));
        Assert.Equal(1, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(64))); // incremental vacuum
        Assert.Equal("MRPT"u8.ToArray(), header[68..72]);
    }

    private static string Digest(string sql) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n"))));

    private static Domain Domain(string text) => Mail.Addresses.Domain.TryParse(text, out var domain) ? domain : throw new ArgumentException(text);

    private static ValueTask<SqliteMailStore> OpenAsync(SqliteStoreOptions options) => SqliteMailStore.OpenAsync(options, CancellationToken.None);

    private static Task<StoreException> RefusesAsync(SqliteStoreOptions options) =>
        Assert.ThrowsAsync<StoreException>(async () => await (await OpenAsync(options)).DisposeAsync());

    private static Migration[] WithAnother(string sql) => [.. Migration.All, new Migration(Migration.All.Count + 1, sql)];

    private SqliteStoreOptions Exclusive(IReadOnlyList<Migration>? migrations = null) =>
        new() { DataDirectory = _home.Path, Exclusive = true, Migrations = migrations ?? Migration.All };

    private async Task MakeAsync()
    {
        await using var store = await _home.OpenAsync();
        await store.Accounts.AddDomainAsync(Domain("example.org"), CancellationToken.None);
    }

    /// <summary>Neither a server nor a command makes a new store here, whatever is tried how often.</summary>
    private async Task NeverBeginsAnewAsync(StoreFailure failure, string line)
    {
        var before = File.Exists(_home.Database) ? await File.ReadAllBytesAsync(_home.Database, CancellationToken.None) : null;
        foreach (var exclusive in new[] { true, false, true })
        {
            var refusal = await RefusesAsync(new SqliteStoreOptions { DataDirectory = _home.Path, Exclusive = exclusive });
            Assert.Equal(failure, refusal.Failure);
            Assert.Contains(line, refusal.Message, StringComparison.Ordinal);
            Assert.Contains(_home.Database, refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refusal.Message);
        }

        var after = File.Exists(_home.Database) ? await File.ReadAllBytesAsync(_home.Database, CancellationToken.None) : null;
        Assert.Equal(before, after);
    }
}
