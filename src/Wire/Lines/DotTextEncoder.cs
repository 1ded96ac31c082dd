using System.Buffers;

namespace Merpati.Wire.Lines;

/// <summary>
/// Writes text so that a lone dot can end it: doubles the dot at the start of a line and adds CRLF "." CRLF (RFC 1939 §3, RFC 5321 §4.5.2).
/// </summary>
public struct DotTextEncoder
{
    private bool _inLine; // the last octet was no LF: what follows is no start of a line, for whoever reads LF as its end
    private bool _isOpen; // the last octets were no CRLF: for whoever is strict the line has no end yet
    private bool _endsInCr;

    /// <summary>Writes the next octets of the text.</summary>
    public void Write(ReadOnlySpan<byte> octets, IBufferWriter<byte> output)
    {
        if (octets.IsEmpty) return;
        var endedInCr = _endsInCr;
        if (!_inLine && octets[0] == (byte)'.') output.Write("."u8);
        while (true)
        {
            var found = octets.IndexOf("\n."u8);
            if (found < 0) break;
            output.Write(octets[..(found + 1)]);
            output.Write("."u8);
            octets = octets[(found + 1)..];
        }

        output.Write(octets);
        _inLine = octets[^1] != (byte)'\n';
        _isOpen = _inLine || (octets.Length > 1 ? octets[^2] != (byte)'\r' : !endedInCr);
        _endsInCr = octets[^1] == (byte)'\r';
    }

    /// <summary>Ends the text, with a CRLF first where it has none: only CRLF "." CRLF is an end for everybody.</summary>
    public void End(IBufferWriter<byte> output)
    {
        output.Write(_isOpen ? "\r\n.\r\n"u8 : ".\r\n"u8);
        this = default;
    }
}
