using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli.Saving;

/// <summary>A message that is appended to an mbox.</summary>
/// <param name="Offset">Where it begins in the file: so long are the whole messages before it.</param>
/// <param name="Gap">How many line ends stand before it, where the one before does not end in an empty line; 0 to 2.</param>
/// <param name="FromLine">Its first line, without its end.</param>
internal sealed record MboxAppend(long Offset, int Gap, string FromLine)
{
    /// <summary>What stands before the message's own octets.</summary>
    public byte[] Start() => Encoding.ASCII.GetBytes($"{new string('\n', Gap)}{FromLine}\n");

    /// <summary>Reads what was noted; null when it was not noted to its end.</summary>
    public static MboxAppend? Read(string offset, string gap, string fromLine) =>
        long.TryParse(offset, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && gap is ['0' or '1' or '2'] && fromLine.StartsWith("From ", StringComparison.Ordinal)
            ? new MboxAppend(at, gap[0] - '0', fromLine)
            : null;
}
