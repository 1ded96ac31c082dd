using System.Text;

namespace Merpati.Smtp.Grammar;

/// <summary>
/// The encoding of free text in parameters (RFC 3461 §4): printable ASCII without "+" and "=", any other octet as "+" and two capital
/// hexadecimal digits. Only what is printable ASCII once decoded, spaces too, is taken: a line end that came in as <c>+0D+0A</c> would come out
/// in somebody's header.
/// </summary>
internal static class XText
{
    /// <summary>Decodes it; false when it is malformed or empty or holds what is not printable.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, out string value)
    {
        value = "";
        if (text.IsEmpty) return false;
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = (int)text[i];
            if (c is <= ' ' or > '~' or '=') return false;
            if (c == '+')
            {
                if (i + 2 >= text.Length || !TryReadDigit(text[i + 1], out var high) || !TryReadDigit(text[i + 2], out var low)) return false;
                c = (high << 4) | low;
                i += 2;
                if (c is < ' ' or > '~') return false;
            }

            decoded.Append((char)c);
        }

        value = decoded.ToString();
        return true;
    }

    /// <summary>Encodes printable ASCII. Throws <see cref="ArgumentException"/> for anything else.</summary>
    public static string Encode(string value)
    {
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
        {
            if (c is < ' ' or > '~') throw new ArgumentException("not printable ASCII", nameof(value));
            if (c is ' ' or '+' or '=') text.Append('+').Append(Convert.ToHexString([(byte)c]));
            else text.Append(c);
        }

        return text.ToString();
    }

    // RFC 3461 §4: hexchar has capital letters only.
    private static bool TryReadDigit(byte digit, out int value)
    {
        value = digit switch
        {
            >= (byte)'0' and <= (byte)'9' => digit - '0',
            >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
            _ => -1,
        };
        return value >= 0;
    }
}
