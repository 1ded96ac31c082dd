using System.Buffers;
using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>Reads text of no stated charset as it streams by: as UTF-8, and as ISO-8859-1 from the first octet on that is no UTF-8.</summary>
internal sealed class GuessedText
{
    private readonly byte[] _held = new byte[4]; // a character that is not whole yet
    private int _heldLength;
    private bool _isLatin1;

    /// <summary>Decodes a piece into at most three characters more than it has octets; returns how many.</summary>
    public int Decode(ReadOnlySpan<byte> octets, Span<char> chars)
    {
        var length = 0;
        foreach (var octet in octets)
        {
            if (_heldLength == 0 && (octet < 0x80 || _isLatin1))
            {
                chars[length++] = (char)octet;
                continue;
            }

            _held[_heldLength++] = octet;
            switch (Rune.DecodeFromUtf8(_held.AsSpan(0, _heldLength), out var rune, out _))
            {
                case OperationStatus.Done:
                    length += rune.EncodeToUtf16(chars[length..]);
                    _heldLength = 0;
                    break;
                case OperationStatus.InvalidData:
                    _isLatin1 = true;
                    length += Finish(chars[length..]);
                    break;
            }
        }

        return length;
    }

    /// <summary>What remains at the end: a character that was cut is ISO-8859-1.</summary>
    public int Finish(Span<char> chars)
    {
        for (var i = 0; i < _heldLength; i++) chars[i] = (char)_held[i];
        var length = _heldLength;
        _heldLength = 0;
        return length;
    }
}
