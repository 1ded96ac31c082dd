using System.Text;
using Merpati.Host.Cli.Saving;
using Merpati.Pop3.Client;
using Merpati.Storage.Sqlite.Files;

namespace Merpati.Host.Cli.Fetching;

/// <summary>
/// The unique-ids (RFC 1939 §7) of what was saved before, in a small file beside the saved messages: a line "URL unique-id" each, so that mail of several maildrops may be saved in
/// one place. A unique-id is noted only when its message is on disk: after a crash a message may come twice, and none is missed.
/// </summary>
internal sealed class SeenIds
{
    private const string InFolder = ".merpati-seen";

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
        foreach (var line in File.ReadLines(seen._path))
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
            file.Position = file.Length;
            file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
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
