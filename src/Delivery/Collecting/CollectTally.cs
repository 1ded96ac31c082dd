namespace Merpati.Delivery.Collecting;

/// <summary>Counts what becomes of the messages of one run.</summary>
internal sealed class CollectTally
{
    private const int MaxReasons = 20;

    private readonly List<string> _reasons = [];
    private readonly IProgress<CollectProgress>? _progress;
    private CollectProgress _done;

    public CollectTally(IProgress<CollectProgress>? progress) => _progress = progress;

    public int Collected { get; set; }

    public long Octets { get; set; }

    public int Known { get; set; }

    public int Left { get; private set; }

    public int WithoutUniqueId { get; set; }

    /// <summary>Whether the store has said of a message that it was collected before.</summary>
    public bool HasRepeats { get; set; }

    /// <summary>Why the run cannot go on; the first reason stays.</summary>
    public string? Failure { get; private set; }

    /// <summary>Messages that are durable here, by their numbers, each with the name that is noted for it.</summary>
    public Dictionary<int, string> Safe { get; } = [];

    public void Fail(string reason) => Failure ??= reason;

    /// <summary>A message stays where it is.</summary>
    public void Leave(RemoteMessage message, string why)
    {
        Left++;
        if (_reasons.Count < MaxReasons) _reasons.Add($"message {message.Number} ({message.Octets} octets) {why}");
    }

    public void Expect(IEnumerable<RemoteMessage> wanted)
    {
        foreach (var message in wanted) _done = _done with { AllMessages = _done.AllMessages + 1, AllOctets = _done.AllOctets + message.Octets };
    }

    /// <summary>A message that was expected has come, or will not.</summary>
    public void Tick(RemoteMessage message)
    {
        _done = _done with { Messages = _done.Messages + 1, Octets = _done.Octets + message.Octets };
        _progress?.Report(_done);
    }

    public CollectReport ToReport(int removed) => new()
    {
        Collected = Collected,
        Octets = Octets,
        Known = Known,
        Removed = removed,
        Left = Left,
        Reasons = _reasons,
        WithoutUniqueId = WithoutUniqueId,
        Failure = Failure,
    };
}
