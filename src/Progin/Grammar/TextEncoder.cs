using System.Buffers;

namespace Merpati.Progin.Grammar;

/// <summary>
/// Writes a text so that a lone dot can end it: doubles the dot at the start of a line (docs/progin.md, "Dots"). CRLF, LF and a CR alone end a line of what it is
/// given; what it writes ends its lines in CRLF, or in LF where the other side does.
/// </summary>
/// <param name="endsInBareLineFeed">Whether lines end in LF.</param>
internal struct TextEncoder(bool endsInBareLineFeed)
{
    private bool _followsCarriageReturn;

    /// <summary>Whether a line has begun and not ended.</summary>
    public bool IsInLine { get; private set; }

    /// <summary>Writes the next octets of the text, in pieces of any size.</summary>
    public void Write(ReadOnlySpan<byte> octets, IBufferWriter<byte> output)
    {
        while (!octets.IsEmpty)
        {
            var isSecondHalf = _followsCarriageReturn && octets[0] == (byte)'\n';
            _followsCarriageReturn = false;
            if (isSecondHalf)
            {
                octets = octets[1..];
                continue;
            }

            if (!IsInLine && octets[0] == (byte)'.') output.Write("."u8);
            var end = octets.IndexOfAny((byte)'\r', (byte)'\n');
            output.Write(end < 0 ? octets : octets[..end]);
            IsInLine = end < 0;
            if (end < 0) return;
            WriteLineEnd(output);
            _followsCarriageReturn = octets[end] == (byte)'\r';
            octets = octets[(end + 1)..];
        }
    }

    /// <summary>Ends the line that has begun, if one has.</summary>
    public void EndLine(IBufferWriter<byte> output)
    {
        if (!IsInLine) return;
        WriteLineEnd(output);
        IsInLine = false;
    }

    /// <summary>Ends the text.</summary>
    public void End(IBufferWriter<byte> output)
    {
        EndLine(output);
        output.Write("."u8);
        WriteLineEnd(output);
        _followsCarriageReturn = false;
    }

    private readonly void WriteLineEnd(IBufferWriter<byte> output) => output.Write(endsInBareLineFeed ? "\n"u8 : "\r\n"u8);
}
