using System.Text.Json;
using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary>What has come of saving messages, and what a person or a script is told of it.</summary>
internal sealed class SaveTally
{
    private readonly FetchOrder _order;
    private readonly string _url;
    private readonly int _wanted;
    private readonly List<Pop3Entry> _saved = [];
    private readonly List<Pop3Entry> _known;
    private long _octets;

    public SaveTally(FetchOrder order, string url, int wanted, List<Pop3Entry> known)
    {
        _order = order;
        _url = url;
        _wanted = wanted;
        _known = known;
    }

    /// <summary>What ended it early; null when nothing did.</summary>
    public string? Failure { get; set; }

    /// <summary>Whether the server was asked to remove anything.</summary>
    public bool HasAskedToRemove { get; set; }

    /// <summary>How many were removed there.</summary>
    public int Removed { get; set; }

    /// <summary>What the server did not hand out.</summary>
    public Refusals Refused { get; } = new();

    /// <summary>What is on disk for good, from this run and those before.</summary>
    public IReadOnlyList<Pop3Entry> Safe => [.. _known.Concat(_saved).OrderBy(entry => entry.Number)];

    /// <summary>Messages that are on disk for good, and their octets as they came.</summary>
    public void Add(IReadOnlyCollection<Pop3Entry> saved, long octets)
    {
        _saved.AddRange(saved);
        _octets += octets;
    }

    /// <summary>Tells what was done. Throws <see cref="CommandFailure"/> when it was not all.</summary>
    public void Print()
    {
        var path = ControlText.Escape(_order.Path!.Path);
        if (_order.Json) PrintJson();
        else if (Failure is null) Console.Out.WriteLine(Summary(path));
        if (Failure is not null)
        {
            var saved = _saved.Count == 0 ? "nothing was saved" : $"{_saved.Count} of {CollectArguments.Messages(_wanted)} saved in {path}";
            var removed = _order.Delete && !HasAskedToRemove ? "; nothing was removed there" : "";
            throw new CommandFailure($"{Failure.TrimEnd('.')}; {saved}{removed}");
        }

        if (Refused.Count > 0) throw Refused.ToFailure();
    }

    private string Summary(string path)
    {
        var known = _known.Count > 0 ? $"; {_known.Count} had been saved before" : "";
        var removed = _order.Delete ? $"; {Removed} removed there" : "";
        if (_wanted == 0) return (_known.Count > 0 ? "nothing new" : "nothing to save: the maildrop is empty") + (_known.Count > 0 ? known + removed : "");
        return $"saved {CollectArguments.Messages(_saved.Count)} ({FetchRuns.Amount(_octets)}) from {_url} into {path}{known}{removed}";
    }

    private void PrintJson() => Console.Out.WriteLine(JsonSerializer.Serialize(new
    {
        server = _url,
        path = _order.Path!.Path,
        format = _order.Path.Format.ToString().ToLowerInvariant(),
        saved = _saved.Count,
        octets = _octets,
        known = _known.Count,
        removed = Removed,
        refused = Refused.Lines,
        failure = Failure,
    }));
}
