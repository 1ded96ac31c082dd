namespace Merpati.Host.Cli.Fetching;

/// <summary>Messages that the server does not hand out, and why, as far as they are told: the first few in words, the others as a number.</summary>
internal sealed class Refusals
{
    private const int Most = 10;

    private readonly List<string> _lines = [];

    public int Count { get; private set; }

    public IReadOnlyList<string> Lines => _lines;

    public void Add(int number, string reason)
    {
        Count++;
        if (_lines.Count < Most) _lines.Add($"message {number} is not handed out: {reason}");
    }

    /// <summary>A line for each that is told, and one for the rest. Only when there are any.</summary>
    public CommandFailure ToFailure() => new(string.Join('\n', Count > _lines.Count ? [.. _lines, $"and {Count - _lines.Count} more like these"] : _lines));
}
