using System.Buffers;
using Merpati.Wire.Lines;

namespace Merpati.Progin.Grammar;

/// <summary>
/// Reads a text up to a line with a lone dot (docs/progin.md, "Dots"). A line ends in LF, with a CR before it or without; what is handed on ends its lines in
/// CRLF, and of a line that begins with two dots one is taken away. A line that begins with a single dot and goes on is text: no sender who doubles dots
/// sends one. Resumable: pieces of any size.
/// </summary>
internal sealed class TextDecoder(IOctetSink sink) : ITextDecoder
{
    private State _state = State.LineStart;

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

    /// <summary>Whether a CR occurred that no LF follows. It is not handed on.</summary>
    public bool HasBareCarriageReturn { get; private set; }

    /// <summary>Whether a NUL occurred.</summary>
    public bool HasNul { get; private set; }

    /// <summary>The octets of the text so far, its line ends as two.</summary>
    public long Octets { get; private set; }

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
                case State.LineStart when octets[at] == (byte)'.':
                    _state = State.Dot;
                    at++;
                    break;
                case State.LineStart or State.InLine:
                    at = ReadInLine(octets, at);
                    break;
                case State.CarriageReturn:
                    if (octets[at] == (byte)'\n') at += EndLine();
                    else BareCarriageReturn();
                    break;
                default:
                    at += ReadAfterDot(octets[at]);
                    break;
            }
        }

        return at;
    }

    // Text up to the next octet that means something.
    private int ReadInLine(ReadOnlySpan<byte> octets, int start)
    {
        _state = State.InLine;
        var length = octets[start..].IndexOfAny((byte)'\r', (byte)'\n');
        var run = length < 0 ? octets[start..] : octets.Slice(start, length);
        HasNul |= run.Contains((byte)0);
        Emit(run);
        if (length < 0) return octets.Length;
        if (octets[start + length] == (byte)'\n') EndLine();
        else _state = State.CarriageReturn;
        return start + length + 1;
    }

    // Returns how many octets it took: one, or none where the octet is the text's.
    private int ReadAfterDot(byte octet)
    {
        if (octet == (byte)'\n')
        {
            _state = State.Ended;
            return 1;
        }

        if (_state == State.DotCarriageReturn)
        {
            Emit("."u8);
            BareCarriageReturn();
            return 0;
        }

        if (octet == (byte)'\r')
        {
            _state = State.DotCarriageReturn;
            return 1;
        }

        Emit("."u8);
        _state = State.InLine;
        return octet == (byte)'.' ? 1 : 0;
    }

    private int EndLine()
    {
        Emit("\r\n"u8);
        _state = State.LineStart;
        return 1;
    }

    private void BareCarriageReturn()
    {
        HasBareCarriageReturn = true;
        _state = State.InLine;
    }

    private void Emit(ReadOnlySpan<byte> octets)
    {
        if (octets.IsEmpty) return;
        Octets += octets.Length;
        sink.Append(octets);
    }
}
