using Merpati.Wire.Lines;

namespace Merpati.Wire.Tests;

/// <summary>Where text goes that no test looks at.</summary>
internal sealed class Nowhere : IOctetSink
{
    public void Append(ReadOnlySpan<byte> octets)
    {
        // Nobody wants it.
    }
}
