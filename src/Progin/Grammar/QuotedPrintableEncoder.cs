using Merpati.Wire.Lines;

namespace Merpati.Progin.Grammar;

/// <summary>
/// Encodes a text whose lines end in CRLF as quoted-printable (RFC 2045 §6.7), in which any octets and lines of any length survive. Pieces of any size. Each
/// piece is handed on when it was encoded.
/// </summary>
internal sealed class QuotedPrintableEncoder(IOctetSink sink) : IBodyEncoder
{
    private const int MaxColumn = 75; // RFC 2045 §6.7 (5): 76, of which a soft line break needs one

    private readonly byte[] _block = new byte[4096];
    private int _used;
    private int _column;
    private byte _space; // a space or tab that may turn out to end its line; 0 for none

    /// <summary>Whether an octet takes one character, and not three.</summary>
    public static bool IsLiteral(byte octet) => octet is (>= (byte)' ' and <= (byte)'~' and not (byte)'=') or (byte)'\t' or (byte)'\r' or (byte)'\n';

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets) Write(octet);
        Flush();
    }

    /// <inheritdoc/>
    public void Finish()
    {
        // A text ends with a line end: nothing is held.
    }

    private void Write(byte octet)
    {
        switch (octet)
        {
            case (byte)'\r': // its LF follows
                return;
            case (byte)'\n':
                if (_space != 0) PutEncoded(_space); // RFC 2045 §6.7 (3)
                _space = 0;
                Put("\r\n"u8);
                _column = 0;
                return;
        }

        if (_space != 0) PutLiteral(_space);
        _space = 0;
        if (octet is (byte)' ' or (byte)'\t') _space = octet;
        else if (octet is >= (byte)'!' and <= (byte)'~' and not (byte)'=') PutLiteral(octet);
        else PutEncoded(octet);
    }

    private void PutLiteral(byte octet)
    {
        BreakBefore(1);
        Put([octet]);
    }

    private void PutEncoded(byte octet)
    {
        const string Digits = "0123456789ABCDEF";
        BreakBefore(3);
        Put([(byte)'=', (byte)Digits[octet >> 4], (byte)Digits[octet & 15]]);
    }

    private void BreakBefore(int octets)
    {
        if (_column + octets > MaxColumn)
        {
            Put("=\r\n"u8);
            _column = 0;
        }

        _column += octets;
    }

    private void Put(ReadOnlySpan<byte> octets)
    {
        if (_used + octets.Length > _block.Length) Flush();
        octets.CopyTo(_block.AsSpan(_used));
        _used += octets.Length;
    }

    private void Flush()
    {
        if (_used > 0) sink.Append(_block.AsSpan(0, _used));
        _used = 0;
    }
}
