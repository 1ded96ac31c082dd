namespace Merpati.Pop3.Grammar;

/// <summary>
/// Finds where TOP ends: after the header, the empty line, and so many lines of the body (RFC 1939 §7). Resumable: it may be shown the message in
/// pieces of any size. A message without an empty line is header to its end; one that begins with an empty line has no header.
/// </summary>
internal struct TopCutter
{
    private int _linesLeft;
    private bool _inBody;
    private LineSoFar _line;

    /// <summary>A cutter that keeps <paramref name="bodyLines"/> lines of the body, from 0 on.</summary>
    public TopCutter(int bodyLines) => _linesLeft = bodyLines;

    private enum LineSoFar
    {
        Empty,
        CarriageReturn,
        Text,
    }

    /// <summary>Whether nothing that follows is wanted.</summary>
    public bool Ended { get; private set; }

    /// <summary>How many octets at the start of the next piece are wanted.</summary>
    public int Take(ReadOnlySpan<byte> piece)
    {
        var at = 0;
        while (at < piece.Length && !Ended)
        {
            var lineFeed = piece[at..].IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                Extend(piece[at..]);
                return piece.Length;
            }

            Extend(piece.Slice(at, lineFeed));
            EndLine();
            at += lineFeed + 1;
        }

        return at;
    }

    private void Extend(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty || _line == LineSoFar.Text) return;
        _line = _line == LineSoFar.Empty && octets is [(byte)'\r'] ? LineSoFar.CarriageReturn : LineSoFar.Text;
    }

    private void EndLine()
    {
        if (_inBody) _linesLeft--;
        else _inBody = _line != LineSoFar.Text;
        _line = LineSoFar.Empty;
        Ended = _inBody && _linesLeft == 0;
    }
}
