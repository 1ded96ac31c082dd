namespace Merpati.Storage.Sqlite.Messages;

/// <summary>How a body is cut.</summary>
internal static class BodyChunk
{
    /// <summary>
    /// The octets of every chunk but the last: with its record header it fills seven overflow pages of 8 KiB and an eighth of a leaf. Readers
    /// rely on the order of the chunks only.
    /// </summary>
    internal const int Octets = 58_312;

    /// <summary>The longest body: a chunk's number has 16 bits.</summary>
    internal const long MaxBodyOctets = 65_536L * Octets;

    private const int NumberBits = 16;

    /// <summary>The key of a chunk.</summary>
    internal static long Key(long bodyId, long number) => (bodyId << NumberBits) | number;

    /// <summary>How many chunks a body of so many octets has.</summary>
    internal static long CountFor(long octets) => (octets + Octets - 1) / Octets;
}
