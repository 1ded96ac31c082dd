namespace Merpati.Wire.Lines;

/// <summary>Takes octets as they are decoded.</summary>
public interface IOctetSink
{
    /// <summary>Takes the next octets; they are the caller's again when it returns.</summary>
    void Append(ReadOnlySpan<byte> octets);
}
