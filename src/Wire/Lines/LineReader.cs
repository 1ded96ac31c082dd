using System.Buffers;

namespace Merpati.Wire.Lines;

/// <summary>What a look into the buffer for a line found.</summary>
public enum LineOutcome
{
    /// <summary>No whole line yet.</summary>
    NeedMore,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A line beyond the limit has ended; its octets are gone.</summary>
    TooLong,
}

/// <summary>
/// Cuts a stream of octets into lines ended by CRLF or, as people typing by hand send them, by LF alone. Resumable: it may be shown the
/// stream in pieces of any size. A line over the limit is dropped as it streams by, so that nothing piles up, and reported once, at its end.
/// </summary>
public struct LineReader
{
    private bool _discarding;

    /// <summary>A reader of lines of at most <paramref name="maxLength"/> octets, the line end included.</summary>
    public LineReader(int maxLength) => MaxLength = maxLength;

    /// <summary>The longest line, in octets, the line end included.</summary>
    public int MaxLength { get; set; }

    /// <summary>Whether it is amid a line over the limit, whose end it has not seen.</summary>
    public readonly bool IsDiscarding => _discarding;

    /// <summary>Whether the last line ended in an LF without a CR before it.</summary>
    public bool EndedBare { get; private set; }

    /// <summary>
    /// Looks for a line at the start of <paramref name="buffer"/> and moves its start past what was used. The line is without its line end.
    /// </summary>
    public LineOutcome Read(ref ReadOnlySequence<byte> buffer, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (buffer.PositionOf((byte)'\n') is not { } lineFeed)
        {
            if (!_discarding && buffer.Length < MaxLength) return LineOutcome.NeedMore;
            _discarding = true;
            buffer = buffer.Slice(buffer.End);
            return LineOutcome.NeedMore;
        }

        line = buffer.Slice(0, lineFeed);
        buffer = buffer.Slice(buffer.GetPosition(1, lineFeed));
        if (_discarding || line.Length + 1 > MaxLength)
        {
            _discarding = false;
            line = default;
            return LineOutcome.TooLong;
        }

        EndedBare = !EndsInCarriageReturn(line);
        if (!EndedBare) line = line.Slice(0, line.Length - 1);
        return LineOutcome.Line;
    }

    private static bool EndsInCarriageReturn(in ReadOnlySequence<byte> line) =>
        !line.IsEmpty && line.Slice(line.Length - 1).FirstSpan[0] == (byte)'\r';
}
