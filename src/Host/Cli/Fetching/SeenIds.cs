using System.Text;
using Merpati.Host.Cli.Saving;
using Merpati.Pop3.Client;
using Merpati.Storage.Sqlite.Files;

namespace Merpati.Host.Cli.Fetching;

/// <summary>
/// The unique-ids (RFC 1939 §7) of what was saved before, in a small file beside the saved messages: a line "URL unique-id" each, so that mail of several maildrops may be saved in
/// one place. A unique-id is noted only when its message is on disk: after a crash a message may come twice, and none is missed. A last line without its end is what a crash or a full
/// disk has left of one: it says nothing, for the beginning of a unique-id may be another message's, and it is cut off before more is noted.
/// </summary>
internal sealed class SeenIds
{
    private const string InFolder = ".merpati-seen";
    private const int Window = 1024;

    private readonly string _path;
    private readonly string _url;
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<string> _others = []; // lines about other maildrops

    private SeenIds(string path, string url)
    {
        _path = path;
        _url = url;
    }

    /// <summary>Reads what is noted of a maildrop.</summary>
    public static SeenIds Open(SavePath saved, string url)
    {
        var seen = new SeenIds(saved.Format == SaveFormat.Mbox ? saved.Path + ".seen" : Path.Combine(saved.Path, InFolder), url);
        if (!File.Exists(seen._path)) return seen;
        var text = File.ReadAllText(seen._path);
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && line.AsSpan(0, space).SequenceEqual(url)) seen._ids.Add(line[(space + 1)..]);
            else seen._others.Add(line);
        }

        return seen;
    }

    public bool Has(Pop3Entry entry) => entry.UniqueId is { } id && _ids.Contains(id);

    /// <summary>Notes messages, for good.</summary>
    public void Add(IEnumerable<Pop3Entry> entries)
    {
        var lines = new StringBuilder();
        foreach (var entry in entries)
        {
            if (entry.UniqueId is { } id && _ids.Add(id)) lines.Append(_url).Append(' ').Append(id).Append('\n');
        }

        if (lines.Length == 0) return;
        using (var file = new FileStream(_path, PartFile.FileOptionsOf(FileMode.OpenOrCreate)))
        {
            var end = EndOfLines(file);
            file.SetLength(end);
            file.Position = end;
            try
            {
                file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            }
            catch
            {
                file.SetLength(end);
                throw;
            }
        }

        DurableFile.Flush(_path);
    }

    /// <summary>Forgets what the server has no more: it may give such a unique-id to another message.</summary>
    public void KeepOnly(Pop3Listing listing)
    {
        var there = listing.Where(entry => entry.UniqueId is not null).Select(entry => entry.UniqueId!).ToHashSet(StringComparer.Ordinal);
        if (_ids.RemoveWhere(id => !there.Contains(id)) > 0) Rewrite();
    }

    /// <summary>Forgets messages that were removed there.</summary>
    public void Remove(IEnumerable<Pop3Entry> entries)
    {
        var before = _ids.Count;
        foreach (var entry in entries) _ids.Remove(entry.UniqueId ?? "");
        if (_ids.Count < before) Rewrite();
    }

    // Where the last whole line ends.
    private static long EndOfLines(FileStream file)
    {
        Span<byte> window = stackalloc byte[Window];
        for (var end = file.Length; end > 0;)
        {
            var piece = window[..(int)Math.Min(end, Window)];
            file.Position = end - piece.Length;
            file.ReadExactly(piece);
            if (piece.LastIndexOf((byte)'\n') is >= 0 and var lineFeed) return end - piece.Length + lineFeed + 1;
            end -= piece.Length;
        }

        return 0;
    }

    private void Rewrite()
    {
        var draft = _path + ".part";
        using (var file = new StreamWriter(draft, PartFile.FileOptionsOf(FileMode.Create)))
        {
            foreach (var line in _others) file.Write(line + "\n");
            foreach (var id in _ids) file.Write($"{_url} {id}\n");
        }

        DurableFile.Flush(draft);
        File.Move(draft, _path, overwrite: true);
        DurableFile.Flush(Path.GetDirectoryName(_path) ?? "/");
    }
}
