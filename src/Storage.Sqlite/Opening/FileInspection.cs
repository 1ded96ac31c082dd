using System.Buffers.Binary;
using Merpati.Storage.Sqlite.Files;
using Merpati.Storage.Sqlite.Schema;

namespace Merpati.Storage.Sqlite.Opening;

/// <summary>
/// Looks at the files of a data directory before SQLite does: SQLite takes a missing or an empty database for a new one, and a mail store that
/// begins anew by itself has lost all mail without a word.
/// </summary>
internal static class FileInspection
{
    private const int HeaderLength = 100; // SQLite file format §1.3
    private const int SlackOctets = 64 * 1024;

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>True when the database is there and looks whole, false when there has never been one; throws on anything else.</summary>
    internal static bool FindsDatabase(StoreFolder folder)
    {
        if (File.Exists(folder.Database))
        {
            if (!OpenStores.Holds(folder.Database)) CheckHeader(folder);
            return true;
        }

        if (File.Exists(folder.Marker))
            throw Refuse(StoreFailure.CannotOpen, folder, $"is missing, but there has been a store here. Restore it from a backup; to begin with an empty store, remove {folder.Marker}");
        if (File.Exists(folder.Wal))
            throw Refuse(StoreFailure.CannotOpen, folder, $"is missing, but {folder.Wal} is there. Put back the database that belongs to it; to begin with an empty store, remove that file");
        return false;
    }

    private static void CheckHeader(StoreFolder folder)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        using var stream = new FileStream(folder.Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        var length = stream.Length;
        if (length == 0) throw Refuse(StoreFailure.Corrupt, folder, "is empty. Restore it from a backup");
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.StartsWith(Magic))
            throw Refuse(StoreFailure.Corrupt, folder, "is not a SQLite database. Restore it from a backup");
        if (BinaryPrimitives.ReadInt32BigEndian(header[68..]) != SchemaVersion.ApplicationId)
            throw Refuse(StoreFailure.CannotOpen, folder, "is the database of another program");

        // While the WAL holds changes the file may rightly be shorter than it says: up to what the WAL will bring.
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var size && size == 1 ? 65536L : size;
        var wanted = pageSize * BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        var wal = new FileInfo(folder.Wal);
        var pending = wal.Exists && wal.Length > 0 ? wal.Length + SlackOctets : 0;
        if (length + pending < wanted)
            throw Refuse(StoreFailure.Corrupt, folder, $"has been cut: it has {length} octets and should have {wanted}. Restore it from a backup");
    }

    private static StoreException Refuse(StoreFailure failure, StoreFolder folder, string what) => new(failure, $"{folder.Database} {what}");
}
