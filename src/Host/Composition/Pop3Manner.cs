using Merpati.Pop3.Client;

namespace Merpati.Host.Composition;

/// <summary>How a person wants a dialogue with a maildrop to go.</summary>
internal sealed record Pop3Manner
{
    public static readonly Pop3Manner Default = new();

    /// <summary>Is told what both sides say; null for nobody.</summary>
    public IPop3Transcript? Transcript { get; init; }

    /// <summary>The only way to log in that is tried (<see cref="Pop3Login.Only"/>); null for the strongest there is.</summary>
    public string? OnlyWay { get; init; }
}
