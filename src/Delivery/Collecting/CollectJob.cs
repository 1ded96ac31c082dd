using Merpati.Storage.Collecting;

namespace Merpati.Delivery.Collecting;

/// <summary>One run over a source.</summary>
/// <param name="Source">The source.</param>
/// <param name="Password">The password there, in UTF-8; it stays the caller's, to be erased.</param>
public sealed record CollectJob(CollectSource Source, ReadOnlyMemory<byte> Password)
{
    /// <summary>What is done there with what was collected; what is set for the source by default.</summary>
    public CollectAfter After { get; init; } = Source.Settings.After;

    /// <summary>What is asked of TLS; what is set for the source by default.</summary>
    public CollectTls Tls { get; init; } = Source.Settings.Tls;

    /// <summary>Is told after each message how far it has come; null for nobody.</summary>
    public IProgress<CollectProgress>? Progress { get; init; }

    /// <summary>When cancelled, no more messages are fetched, but what came is brought to its end there.</summary>
    public CancellationToken FinishEarly { get; init; }
}

/// <summary>How far a run has come.</summary>
/// <param name="Messages">Messages that have come or were left.</param>
/// <param name="AllMessages">All messages to be fetched.</param>
/// <param name="Octets">Their octets, as listed.</param>
/// <param name="AllOctets">The octets of all to be fetched, as listed.</param>
public readonly record struct CollectProgress(int Messages, int AllMessages, long Octets, long AllOctets);

/// <summary>How a run over a source went.</summary>
public sealed record CollectReport
{
    /// <summary>How many messages are new here.</summary>
    public int Collected { get; init; }

    /// <summary>Their octets as they came.</summary>
    public long Octets { get; init; }

    /// <summary>How many messages there had been collected before.</summary>
    public int Known { get; init; }

    /// <summary>How many the server says to have removed.</summary>
    public int Removed { get; init; }

    /// <summary>How many were left there because they could not be stored or were not handed out.</summary>
    public int Left { get; init; }

    /// <summary>Why, a line each, of the first ones.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>How many had to be told apart by their text, because the server gives no unique-ids to go by.</summary>
    public int WithoutUniqueId { get; init; }

    /// <summary>What ended the run before its time or left its end in doubt, in a line; null when nothing did.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether nothing was done because another run over the source was under way.</summary>
    public bool IsBusy { get; init; }

    /// <summary>Whether all that was to be done is done.</summary>
    public bool IsComplete => Failure is null && Left == 0;

    /// <summary>What is kept of what went wrong, in a line; null when nothing did.</summary>
    public string? Summary => Failure ?? (Left == 0 ? null : $"{Left} left there: {Reasons[0]}");
}
