namespace Merpati.Host.Cli.Saving;

/// <summary>
/// Writes a message with the line ends of files on Unix: CRLF becomes LF, nothing else changes. Where that is asked for, lines that could be taken for the beginning of
/// a message, "From " behind any number of ">", get one more ">" (mboxrd), which a reader takes away again. Octets may come in pieces of any size.
/// </summary>
internal sealed class UnixLines
{
    private const int InLine = -1;

    private readonly PartFile _output;
    private readonly bool _quotesFrom;
    private int _matched; // so many octets of "From " were held back at the beginning of a line
    private bool _isHeldBack; // a carriage return is

    public UnixLines(PartFile output, bool quotesFrom)
    {
        _output = output;
        _quotesFrom = quotesFrom;
        _matched = quotesFrom ? 0 : InLine;
    }

    /// <summary>Whether the last octet ended a line.</summary>
    public bool EndsInLineFeed { get; private set; } = true;

    private static ReadOnlySpan<byte> From => "From "u8;

    public void Append(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (_isHeldBack && octets[0] != (byte)'\n') Write("\r"u8);
            _isHeldBack = false;
            var carriageReturn = octets.IndexOf((byte)'\r');
            Write(carriageReturn < 0 ? octets : octets[..carriageReturn]);
            if (carriageReturn < 0) return;
            _isHeldBack = true;
            octets = octets[(carriageReturn + 1)..];
        }
    }

    /// <summary>Writes what was held back, and is ready for the next message.</summary>
    public void Finish(bool endsLine)
    {
        if (_isHeldBack) Write("\r"u8);
        if (_matched > 0) Hand(From[.._matched]);
        if (endsLine && !EndsInLineFeed) Hand("\n"u8);
        Reset();
    }

    /// <summary>Forgets what was held back.</summary>
    public void Reset()
    {
        _isHeldBack = false;
        _matched = _quotesFrom ? 0 : InLine;
        EndsInLineFeed = true;
    }

    private void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (_matched != InLine)
            {
                octets = octets[WriteAtLineStart(octets[0])..];
                continue;
            }

            var lineFeed = octets.IndexOf((byte)'\n');
            if (lineFeed >= 0 && _quotesFrom) _matched = 0;
            var line = lineFeed < 0 || !_quotesFrom ? octets : octets[..(lineFeed + 1)];
            Hand(line);
            octets = octets[line.Length..];
        }
    }

    // How many octets were taken, 0 or 1.
    private int WriteAtLineStart(byte octet)
    {
        if (_matched == 0 && octet == (byte)'>')
        {
            Hand(">"u8);
            return 1;
        }

        if (octet == From[_matched])
        {
            if (++_matched < From.Length) return 1;
            Hand(">From "u8);
            _matched = InLine;
            return 1;
        }

        if (_matched > 0) Hand(From[.._matched]);
        _matched = InLine;
        return 0;
    }

    private void Hand(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return;
        _output.Write(octets);
        EndsInLineFeed = octets[^1] == (byte)'\n';
    }
}
