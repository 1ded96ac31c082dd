using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>The text of a message as it travels (RFC 2045 §6): as it is where it is ASCII in short lines, else in whichever of quoted-printable and base64 is shorter.</summary>
internal sealed record EncodedText(string Charset, string Encoding, byte[] Octets)
{
    private const int LineLength = 78;
    private const int QuotedLineLength = 76;

    public static EncodedText For(string text)
    {
        var octets = System.Text.Encoding.UTF8.GetBytes(WithLineEnds(text));
        var isAscii = Ascii.IsValid(octets);
        var charset = isAscii ? "us-ascii" : "utf-8";
        if (isAscii && IsShort(octets)) return new EncodedText(charset, "7bit", octets);
        var quoted = ToQuotedPrintable(octets);
        if (quoted.Length <= octets.Length / 57.0 * 78) return new EncodedText(charset, "quoted-printable", quoted);
        var base64 = System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(octets, Base64FormattingOptions.InsertLineBreaks) + "\r\n");
        return new EncodedText(charset, "base64", base64);
    }

    private static string WithLineEnds(string text)
    {
        if (text.Length == 0) return "";
        var lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        return lines.EndsWith('\n') ? lines : lines + "\r\n";
    }

    // No line is long, none ends in blanks, which get lost on the way, and nothing is a control character.
    private static bool IsShort(byte[] octets)
    {
        var start = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] is (byte)' ' or (byte)'\t' && i + 1 < octets.Length && octets[i + 1] == (byte)'\r') return false;
            if (octets[i] == (byte)'\n')
            {
                if (i - 1 - start > LineLength) return false;
                start = i + 1;
            }
            else if (octets[i] is (< (byte)' ' or 127) and not ((byte)'\t' or (byte)'\r'))
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] ToQuotedPrintable(byte[] octets)
    {
        var quoted = new List<byte>(octets.Length + (octets.Length / 4));
        var column = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            var octet = octets[i];
            if (octet == (byte)'\r' && i + 1 < octets.Length && octets[i + 1] == (byte)'\n')
            {
                quoted.AddRange("\r\n"u8);
                column = 0;
                i++;
                continue;
            }

            var endsLine = i + 1 >= octets.Length || octets[i + 1] == (byte)'\r';
            var stands = octet is >= (byte)'!' and <= (byte)'~' and not (byte)'=' || (octet is (byte)' ' or (byte)'\t' && !endsLine);
            var length = stands ? 1 : 3;
            if (column + length > (endsLine ? QuotedLineLength : QuotedLineLength - 1))
            {
                quoted.AddRange("=\r\n"u8); // RFC 2045 §6.7 (5): a soft line break
                column = 0;
            }

            if (stands) quoted.Add(octet);
            else quoted.AddRange([(byte)'=', Digit(octet >> 4), Digit(octet & 15)]);
            column += length;
        }

        return quoted.ToArray();
    }

    private static byte Digit(int value) => (byte)"0123456789ABCDEF"[value];
}
