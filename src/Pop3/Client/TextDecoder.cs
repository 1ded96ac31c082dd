using System.Buffers;
using System.Runtime.ExceptionServices;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Client;

/// <summary>
/// Reads what a server sends up to a line with nothing but a dot, the leading dots of other lines taken away (RFC 1939 §3). Its lines end as its first did, which
/// no author of a message has a say in: after a CRLF only CRLF "." CRLF ends it, and a bare LF in a message is an octet like others, or a message could end
/// itself and speak for the server. Only a server that ends its replies in a bare LF may end its texts so. Resumable: pieces of any size.
/// </summary>
internal sealed class TextDecoder(ITextTaker taker, bool endsInBareLineFeed) : ITextDecoder
{
    private State _state = State.LineStart;
    private bool _followsCarriageReturn;

    private enum State
    {
        LineStart,
        InLine,
        Dot,
        DotCarriageReturn,
        BareStart, // behind an LF that ends no line
        BareDot,
        Ended,
    }

    /// <inheritdoc/>
    public bool Ended => _state == State.Ended || GaveUp;

    /// <summary>Whether the taker had enough, or failed.</summary>
    public bool GaveUp { get; private set; }

    /// <summary>What the taker threw; null when nothing. It is kept from those who read the connection, who might take it for a fault of theirs.</summary>
    public ExceptionDispatchInfo? Fault { get; private set; }

    /// <inheritdoc/>
    public void Decode(ref ReadOnlySequence<byte> buffer)
    {
        long used = 0;
        foreach (var segment in buffer)
        {
            used += Decode(segment.Span);
            if (Ended) break;
        }

        buffer = buffer.Slice(used);
    }

    /// <summary>Decodes the next octets. Returns how many belonged to the text and its end; fewer than given only when it has ended.</summary>
    public int Decode(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        while (at < octets.Length && !Ended)
        {
            switch (_state)
            {
                case State.Dot when octets[at] == (byte)'\r':
                    _state = State.DotCarriageReturn;
                    at++;
                    break;
                case State.Dot or State.DotCarriageReturn when octets[at] == (byte)'\n' && (endsInBareLineFeed || _state == State.DotCarriageReturn):
                    _state = State.Ended;
                    at++;
                    break;
                case State.Dot:
                    _followsCarriageReturn = false;
                    _state = State.InLine;
                    break;
                case State.BareDot:
                    // Our server, and others, double the dot behind any LF; only of two one is theirs.
                    if (octets[at] != (byte)'.') Hand("."u8);
                    _followsCarriageReturn = false;
                    _state = State.InLine;
                    break;
                case State.DotCarriageReturn:
                    Hand("\r"u8);
                    _followsCarriageReturn = true;
                    _state = State.InLine;
                    break;
                default:
                    at = ReadLines(octets, at);
                    break;
            }
        }

        return at;
    }

    // As many lines as there are without a dot in front, handed on in one piece.
    private int ReadLines(ReadOnlySpan<byte> octets, int start)
    {
        var at = start;
        while (at < octets.Length)
        {
            if (octets[at] == (byte)'.' && _state is (State.LineStart or State.BareStart))
            {
                Hand(octets[start..at]);
                _state = _state == State.LineStart ? State.Dot : State.BareDot;
                return at + 1;
            }

            var lineFeed = octets[at..].IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                _followsCarriageReturn = octets[^1] == (byte)'\r';
                _state = State.InLine;
                at = octets.Length;
                break;
            }

            var endsLine = endsInBareLineFeed || (lineFeed > 0 ? octets[at + lineFeed - 1] == (byte)'\r' : _state == State.InLine && _followsCarriageReturn);
            _state = endsLine ? State.LineStart : State.BareStart;
            _followsCarriageReturn = false;
            at += lineFeed + 1;
        }

        Hand(octets[start..at]);
        return at;
    }

    private void Hand(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty || GaveUp) return;
        try
        {
            GaveUp = !taker.Take(octets);
        }
        catch (Exception thrown)
        {
            Fault = ExceptionDispatchInfo.Capture(thrown);
            GaveUp = true;
        }
    }
}
