namespace Merpati.Pop3.Client;

/// <summary>Takes a text as it comes, and may have enough of it.</summary>
internal interface ITextTaker
{
    /// <summary>What that is, once it has had enough.</summary>
    Pop3Outcome Refusal { get; }

    /// <summary>Why, in a line.</summary>
    string Reason { get; }

    /// <summary>What is written down in the text's place; null when its lines are.</summary>
    string? Summary { get; }

    /// <summary>Takes the next octets, line ends and all; false when it has had enough.</summary>
    bool Take(ReadOnlySpan<byte> octets);
}
