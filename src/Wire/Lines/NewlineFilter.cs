namespace Merpati.Wire.Lines;

/// <summary>
/// Passes on text whose length was said beforehand and watches its newlines, as <see cref="DotTextDecoder"/> does for dotted text: a CR or LF
/// that is not part of a CRLF is noted and, where that is the policy, turned into CRLF; a NUL is noted. Resumable: pieces of any size.
/// </summary>
public sealed class NewlineFilter : IOctetSink
{
    private readonly IOctetSink _sink;
    private readonly BareNewlines _policy;
    private bool _holdsCarriageReturn;

    /// <summary>A filter before <paramref name="sink"/>.</summary>
    public NewlineFilter(IOctetSink sink, BareNewlines policy)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _sink = sink;
        _policy = policy;
    }

    /// <summary>Whether a bare CR or LF occurred. A CR at the end is one when <see cref="End"/> was called.</summary>
    public bool HasBareNewline { get; private set; }

    /// <summary>Whether a NUL occurred.</summary>
    public bool HasNul { get; private set; }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return;
        if (_holdsCarriageReturn)
        {
            _holdsCarriageReturn = false;
            if (octets[0] == (byte)'\n')
            {
                _sink.Append("\r\n"u8);
                octets = octets[1..];
            }
            else
            {
                BareNewline();
            }
        }

        AppendRuns(octets);
    }

    /// <summary>The text has ended.</summary>
    public void End()
    {
        if (_holdsCarriageReturn) BareNewline();
        _holdsCarriageReturn = false;
    }

    private void AppendRuns(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        var runStart = 0;
        while (true)
        {
            var found = octets[at..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
            if (found < 0) break;
            at += found;
            switch (octets[at])
            {
                case 0:
                    HasNul = true;
                    at++;
                    break;
                case (byte)'\r' when at + 1 == octets.Length: // what follows decides what it is
                    Emit(octets[runStart..at]);
                    _holdsCarriageReturn = true;
                    return;
                case (byte)'\r' when octets[at + 1] == (byte)'\n':
                    at += 2;
                    break;
                default:
                    Emit(octets[runStart..at]);
                    BareNewline();
                    runStart = ++at;
                    break;
            }
        }

        Emit(octets[runStart..]);
    }

    private void BareNewline()
    {
        HasBareNewline = true;
        if (_policy == BareNewlines.Normalise) _sink.Append("\r\n"u8);
    }

    private void Emit(ReadOnlySpan<byte> octets)
    {
        if (!octets.IsEmpty) _sink.Append(octets);
    }
}
