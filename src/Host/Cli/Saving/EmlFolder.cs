using System.Globalization;
using Merpati.Storage.Sqlite.Files;

namespace Merpati.Host.Cli.Saving;

/// <summary>A folder with a file for each message, octet for octet: 00001.eml and so on, after those that are there. None is ever replaced.</summary>
internal sealed class EmlFolder : MessageArchive
{
    private const string Ending = ".eml";

    private readonly string _path;
    private PartFile? _part;
    private int _last;
    private bool _isDirty;

    private EmlFolder(string path, int last)
    {
        _path = path;
        _last = last;
    }

    public static EmlFolder Open(string path)
    {
        if (File.Exists(path)) throw new CommandFailure($"{ControlText.Escape(path)} is a file, no folder");
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            DurableFile.Flush(Path.GetDirectoryName(path) ?? "/");
        }

        return new EmlFolder(path, LastIn(path));
    }

    public override void Begin()
    {
        Discard();
        _part = new PartFile(NameOf(_last + 1) + ".part");
    }

    public override void Append(ReadOnlySpan<byte> octets) => _part!.Write(octets);

    public override void Discard()
    {
        _part?.Dispose();
        _part = null;
    }

    public override void Flush()
    {
        if (_isDirty) DurableFile.Flush(_path);
        _isDirty = false;
    }

    public override void Dispose() => Discard();

    protected override void Place()
    {
        _part!.Publish(NameOf(_last + 1));
        _last++;
        _isDirty = true;
        Discard();
    }

    private static int LastIn(string path)
    {
        var last = 0;
        foreach (var file in Directory.EnumerateFiles(path, "*" + Ending))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(file.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < int.MaxValue) last = Math.Max(last, number);
        }

        return last;
    }

    private string NameOf(int number) => Path.Combine(_path, number.ToString("D5", CultureInfo.InvariantCulture) + Ending);
}
