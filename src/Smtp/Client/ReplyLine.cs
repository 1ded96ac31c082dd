using System.Buffers;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Status;

namespace Merpati.Smtp.Client;

/// <summary>One line of a reply: code, "-" or a space, text (RFC 5321 §4.2.1).</summary>
internal readonly record struct ReplyLine(int Code, bool IsLast, string Text)
{
    /// <summary>Reads a line without its end; false when it is no reply.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ReplyLine parsed)
    {
        parsed = default;
        if (line.Length < 3) return false;
        var code = 0;
        foreach (var digit in line[..3])
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            code = (code * 10) + (digit - '0');
        }

        // RFC 5321 §4.2.1: 1xx is no SMTP reply, and there is nothing above 5xx.
        if (code is < 200 or > 599) return false;
        if (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')) return false;
        var text = line.Length > 4 ? Show(line[4..]) : "";
        parsed = new ReplyLine(code, line.Length == 3 || line[3] == (byte)' ', text);
        return true;
    }

    /// <summary>The enhanced code at the start of a line's text, where its class is that of the reply code (RFC 2034 §4, RFC 3463 §2).</summary>
    public static EnhancedStatusCode? StatusOf(int code, string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        var parts = (end < 0 ? text.AsSpan() : text.AsSpan(0, end));
        Span<Range> ranges = stackalloc Range[4];
        if (parts.Length > 9 || parts.Split(ranges, '.') != 3) return null;
        Span<short> numbers = stackalloc short[3];
        for (var i = 0; i < 3; i++)
        {
            var digits = parts[ranges[i]];
            if (digits.Length is 0 or > 3 || digits.ContainsAnyExceptInRange('0', '9')) return null;
            foreach (var digit in digits) numbers[i] = (short)((numbers[i] * 10) + (digit - '0'));
        }

        return numbers[0] == code / 100 && numbers[0] is 2 or 4 or 5 ? new EnhancedStatusCode((byte)numbers[0], numbers[1], numbers[2]) : null;
    }

    // Somebody will print it, on a terminal, in a log, in a notice.
    private static string Show(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        while (!octets.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(octets, out var rune, out var length) == OperationStatus.Done && Utf8Text.IsAllowed(rune);
            text.Append(isText ? rune.ToString() : octets[0] == (byte)'\t' ? " " : "?");
            octets = octets[length..];
        }

        return text.ToString().TrimEnd(' ');
    }
}
