namespace Merpati.Mail.Mime;

/// <summary>Decodes quoted-printable (RFC 2045 §6.7): blanks before a line end were added on the way and go; a "=" that escapes nothing stays.</summary>
internal sealed class QuotedPrintableDecoder : TransferDecoder
{
    private const int MaxBlanks = 250; // held back; a longer run is taken as text

    private readonly byte[] _held = new byte[MaxBlanks + 4]; // blanks, or what began with "="
    private int _heldLength;
    private State _state;

    private enum State
    {
        Text,
        Blanks,
        Escape, // after "="
        EscapeDigit, // after "=" and one digit
        EscapeBlanks, // after "=" and blanks: a soft line break, perhaps
        EscapeReturn, // after "=", blanks and CR
    }

    public override int Decode(ReadOnlySpan<byte> piece, Span<byte> octets)
    {
        var length = 0;
        foreach (var octet in piece) Step(octet, octets, ref length);
        return length;
    }

    public override int Finish(Span<byte> octets)
    {
        var length = 0;
        // A soft line break at the very end is broken off by the line end that belongs to the boundary.
        if (_state is State.Escape or State.EscapeBlanks or State.EscapeReturn) _heldLength = 0;
        Release(octets, ref length);
        return length;
    }

    private void Step(byte octet, Span<byte> octets, ref int length)
    {
        switch (_state)
        {
            case State.Escape when octet == (byte)'\n':
            case State.EscapeBlanks when octet == (byte)'\n':
            case State.EscapeReturn when octet == (byte)'\n':
                (_heldLength, _state) = (0, State.Text);
                return;
            case State.Escape or State.EscapeBlanks when octet == (byte)'\r':
                Hold(octet, State.EscapeReturn);
                return;
            case State.Escape or State.EscapeBlanks when octet is (byte)' ' or (byte)'\t' && _heldLength < MaxBlanks:
                Hold(octet, State.EscapeBlanks);
                return;
            case State.Escape when char.IsAsciiHexDigit((char)octet):
                Hold(octet, State.EscapeDigit);
                return;
            case State.EscapeDigit when Hexadecimal.TryOctet(_held[1], octet, out var decoded):
                (_heldLength, _state) = (0, State.Text);
                octets[length++] = decoded;
                return;
            case State.Blanks when octet is (byte)'\r' or (byte)'\n':
                (_heldLength, _state) = (0, State.Text);
                octets[length++] = octet;
                return;
            case State.Blanks when octet is (byte)' ' or (byte)'\t' && _heldLength < MaxBlanks:
                Hold(octet, State.Blanks);
                return;
            case not State.Text:
                Release(octets, ref length);
                break;
        }

        switch (octet)
        {
            case (byte)' ' or (byte)'\t':
                Hold(octet, State.Blanks);
                return;
            case (byte)'=':
                Hold(octet, State.Escape);
                return;
            default:
                octets[length++] = octet;
                return;
        }
    }

    private void Hold(byte octet, State state)
    {
        _held[_heldLength++] = octet;
        _state = state;
    }

    private void Release(Span<byte> octets, ref int length)
    {
        _held.AsSpan(0, _heldLength).CopyTo(octets[length..]);
        length += _heldLength;
        (_heldLength, _state) = (0, State.Text);
    }
}
