using System.Buffers;

namespace Merpati.Wire.Lines;

/// <summary>
/// Reads text that ends in a lone dot, with the leading dots of its lines doubled (RFC 5321 §4.5.2, RFC 1939 §3). Only CRLF "." CRLF ends it:
/// no sequence with a bare CR or LF does, so that nobody can smuggle a second message in. Resumable: pieces of any size.
/// </summary>
public sealed class DotTextDecoder : ITextDecoder
{
    private readonly IOctetSink _sink;
    private readonly BareNewlines _policy;
    private State _state = State.LineStart;

    /// <summary>A decoder that hands the text, unstuffed, to <paramref name="sink"/>.</summary>
    public DotTextDecoder(IOctetSink sink, BareNewlines policy)
    {
        _sink = sink;
        _policy = policy;
    }

    private enum State
    {
        LineStart,
        InLine,
        CarriageReturn,
        Dot,
        DotCarriageReturn,
        Ended,
    }

    /// <inheritdoc/>
    public bool Ended => _state == State.Ended;

    /// <summary>Whether a bare CR or LF occurred.</summary>
    public bool HasBareNewline { get; private set; }

    /// <summary>Whether a NUL occurred.</summary>
    public bool HasNul { get; private set; }

    /// <summary>The octets of the text so far, unstuffed.</summary>
    public long Octets { get; private set; }

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    /// <summary>Decodes the next octets. Returns how many belonged to the text and its end; fewer than given only when it has ended.</summary>
    public int Decode(ReadOnlySpan<byte> octets)
    {
        var at = 0;
        var runStart = 0; // what lies between here and `at` is text, not yet handed over
        while (at < octets.Length && _state != State.Ended)
        {
            switch (_state)
            {
                case State.LineStart when octets[at] == (byte)'.':
                    Emit(octets[runStart..at]);
                    runStart = ++at;
                    _state = State.Dot;
                    break;
                case State.LineStart:
                    _state = State.InLine;
                    break;
                case State.InLine:
                    (at, runStart) = ReadInLine(octets, at, runStart);
                    break;
                default:
                    at += ReadAfterHeldBack(octets[at]);
                    runStart = at;
                    break;
            }
        }

        if (_state is State.InLine or State.LineStart) Emit(octets[runStart..at]);
        return at;
    }

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

    private (int At, int RunStart) ReadInLine(ReadOnlySpan<byte> octets, int at, int runStart)
    {
        var found = octets[at..].IndexOfAny((byte)'\r', (byte)'\n', (byte)0);
        if (found < 0) return (octets.Length, runStart);
        at += found;
        switch (octets[at])
        {
            case 0:
                HasNul = true;
                return (at + 1, runStart);
            case (byte)'\r' when at + 1 < octets.Length && octets[at + 1] == (byte)'\n':
                _state = State.LineStart;
                return (at + 2, runStart);
            case (byte)'\r':
                Emit(octets[runStart..at]);
                _state = State.CarriageReturn;
                return (at + 1, at + 1);
            default:
                Emit(octets[runStart..at]);
                BareNewline();
                return (at + 1, at + 1);
        }
    }

    // The states in which an octet has been held back: what follows decides what it was. Returns how many octets that took.
    private int ReadAfterHeldBack(byte octet)
    {
        switch (_state)
        {
            case State.Dot when octet == (byte)'\r':
                _state = State.DotCarriageReturn;
                return 1;
            case State.Dot: // RFC 5321 §4.5.2: the first of the dots was put there by the sender
                _state = State.InLine;
                return 0;
            case State.DotCarriageReturn when octet == (byte)'\n':
                _state = State.Ended;
                return 1;
            case State.CarriageReturn when octet == (byte)'\n':
                Emit(LineEnd);
                _state = State.LineStart;
                return 1;
            default: // a CR without its LF
                BareNewline();
                return 0;
        }
    }

    // What follows is not at the start of a line: the sender stuffs dots after CRLF only, so none is taken away here.
    private void BareNewline()
    {
        HasBareNewline = true;
        _state = State.InLine;
        if (_policy == BareNewlines.Normalise) Emit(LineEnd);
    }

    private void Emit(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return;
        Octets += octets.Length;
        _sink.Append(octets);
    }
}
