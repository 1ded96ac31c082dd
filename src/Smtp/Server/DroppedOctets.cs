using Merpati.Wire.Lines;

namespace Merpati.Smtp.Server;

/// <summary>Takes what belongs to a refused command, so that it is read and never passes for commands.</summary>
internal sealed class DroppedOctets : IOctetSink
{
    public static readonly DroppedOctets Instance = new();

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> octets)
    {
    }
}
