using SQLitePCL;

namespace Merpati.Storage.Sqlite.Engine;

/// <summary>What SQLite answered when it did not do what was asked: its extended result code and its text.</summary>
internal sealed class SqliteFailure : Exception
{
    // sqlite3.h: extended codes that SQLitePCLRaw does not name.
    internal const int IoErrorNoMemory = raw.SQLITE_IOERR | (12 << 8);
    internal const int IoErrorFsync = raw.SQLITE_IOERR | (4 << 8);
    internal const int IoErrorSharedMemorySize = raw.SQLITE_IOERR | (19 << 8);

    internal SqliteFailure(int code, string text, string during)
        : base($"{text} (SQLite {code & 0xff}/{code}, {OneLine(during)})") => Code = code;

    /// <summary>The extended result code.</summary>
    internal int Code { get; }

    /// <summary>The primary result code, the low eight bits.</summary>
    internal int Primary => Code & 0xff;

    private static string OneLine(string sql)
    {
        var line = string.Join(' ', sql.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 100 ? line[..100] : line;
    }
}
