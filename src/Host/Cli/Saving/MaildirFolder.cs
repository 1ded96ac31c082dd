using System.Globalization;
using System.Security.Cryptography;
using Merpati.Storage.Sqlite.Files;

namespace Merpati.Host.Cli.Saving;

/// <summary>A Maildir: each message is written in tmp and renamed into new when it is whole and on disk. Lines end in LF, as its readers expect.</summary>
internal sealed class MaildirFolder : MessageArchive
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly string[] Rooms = ["tmp", "new", "cur"];

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly string _host = Environment.MachineName.Replace("/", "\\057", StringComparison.Ordinal).Replace(":", "\\072", StringComparison.Ordinal);
    private PartFile? _part;
    private UnixLines? _lines;
    private string _name = "";
    private int _begun;
    private bool _isDirty;

    private MaildirFolder(string path, TimeProvider time)
    {
        _path = path;
        _time = time;
    }

    /// <summary>Whether there is a Maildir.</summary>
    public static bool Is(string path) => Array.TrueForAll(Rooms, room => Directory.Exists(Path.Combine(path, room)));

    public static MaildirFolder Open(string path, TimeProvider time)
    {
        if (File.Exists(path)) throw new CommandFailure($"{ControlText.Escape(path)} is a file, no Maildir");
        if (!Is(path))
        {
            MakeDirectory(path);
            foreach (var room in Rooms) MakeDirectory(Path.Combine(path, room));
            DurableFile.Flush(path);
            DurableFile.Flush(Path.GetDirectoryName(path) ?? "/");
        }

        return new MaildirFolder(path, time);
    }

    public override void Begin()
    {
        Discard();
        _name = NextName();
        _part = new PartFile(Path.Combine(_path, "tmp", _name));
        _lines = new UnixLines(_part, quotesFrom: false);
    }

    public override void Append(ReadOnlySpan<byte> octets) => _lines!.Append(octets);

    public override void Discard()
    {
        _part?.Dispose();
        _part = null;
    }

    public override void Flush()
    {
        if (_isDirty) DurableFile.Flush(Path.Combine(_path, "new"));
        _isDirty = false;
    }

    public override void Dispose() => Discard();

    protected override void Place()
    {
        _lines!.Finish(endsLine: false);
        _part!.Publish(Path.Combine(_path, "new", _name));
        _isDirty = true;
        Discard();
    }

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly);
    }

    // maildir(5): the second, what tells apart those of one second on this host, the host.
    private string NextName()
    {
        var now = _time.GetUtcNow();
        var micros = now.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond;
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        return string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()}.M{micros:D6}P{Environment.ProcessId}Q{++_begun}R{random}.{_host}");
    }
}
