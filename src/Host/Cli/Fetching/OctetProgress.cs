using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary>Shows how much of what was asked for has come.</summary>
internal sealed class OctetProgress : IDisposable
{
    private readonly ProgressLine _line;
    private readonly long _all;
    private readonly int _messages;
    private long _came;
    private int _ended;

    public OctetProgress(string what, IReadOnlyList<Pop3Entry> wanted)
    {
        _line = new ProgressLine(what, TimeProvider.System);
        foreach (var entry in wanted) _all += Math.Min(entry.Octets, long.MaxValue / 2 / wanted.Count);
        _messages = wanted.Count;
    }

    public void Add(int octets)
    {
        _came += octets;
        Show();
    }

    public void EndMessage()
    {
        _ended++;
        Show();
    }

    public void Dispose() => _line.Dispose();

    private void Show() => _line.Report(
        _all > 0 ? (double)_came / _all : (double)_ended / _messages, $"{_ended} of {CollectArguments.Messages(_messages)}, {FetchRuns.Amount(_came)} of {FetchRuns.Amount(_all)}");
}
