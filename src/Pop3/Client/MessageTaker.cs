using System.Globalization;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Client;

/// <summary>Hands a message on up to a limit. What comes after it is dropped, up to as much again.</summary>
internal sealed class MessageTaker(IOctetSink sink, long limit) : ITextTaker
{
    /// <summary>How many octets came.</summary>
    public long Octets { get; private set; }

    /// <summary>Whether they were more than the limit.</summary>
    public bool IsTooLarge => Octets > limit;

    /// <inheritdoc/>
    public Pop3Outcome Refusal => Pop3Outcome.TooLarge;

    /// <inheritdoc/>
    public string Reason => "the message is larger than we take";

    /// <inheritdoc/>
    public string Summary => string.Create(CultureInfo.InvariantCulture, $"[{Octets} octets]");

    /// <inheritdoc/>
    public bool Take(ReadOnlySpan<byte> octets)
    {
        Octets += octets.Length;
        if (!IsTooLarge) sink.Append(octets);
        return !IsTooLarge || Octets - limit <= limit;
    }
}
