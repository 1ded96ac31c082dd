using System.Buffers;

namespace Merpati.Wire.Lines;

/// <summary>
/// Writes text so that a lone dot can end it: doubles the dot at the start of a line and adds CRLF "." CRLF (RFC 1939 §3, RFC 5321 §4.5.2).
/// </summary>
public struct DotTextEncoder
{
    private bool _inLine;

    /// <summary>Writes the next octets of the text.</summary>
    public void Write(ReadOnlySpan<byte> octets, IBufferWriter<byte> output)
    {
        if (octets.IsEmpty) return;
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
    }

    /// <summary>Ends the text, with a line end first where it has none.</summary>
    public void End(IBufferWriter<byte> output)
    {
        output.Write(_inLine ? "\r\n.\r\n"u8 : ".\r\n"u8);
        _inLine = false;
    }
}
