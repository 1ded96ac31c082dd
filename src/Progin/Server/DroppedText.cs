using Merpati.Wire.Lines;

namespace Merpati.Progin.Server;

/// <summary>Takes the text of a refused command, so that it is read and never passes for commands.</summary>
internal sealed class DroppedText : IOctetSink
{
    public static readonly DroppedText Instance = new();

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> octets)
    {
    }
}
