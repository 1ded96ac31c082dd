using System.Text;

namespace Merpati.Pop3.Grammar;

/// <summary>
/// Finds the messages that only a client in UTF-8 mode may be sent (RFC 6856 §2.1, §4): those that came as internationalized mail, which the topmost
/// Received field says (UTF8SMTP and its kin, RFC 6531 §4.3), and whose header is not ASCII. Octets beyond ASCII in other messages, in 8-bit bodies or
/// in headers that never were declared, are what POP3 has always carried as they are.
/// </summary>
internal static class InternationalizedHeader
{
    private const int MaxFields = 16; // what final delivery puts above the Received field is far less

    /// <summary>
    /// Whether a message that begins so needs UTF-8 mode. A declared header that does not end here is taken to need it where the message
    /// <paramref name="goesOn"/>.
    /// </summary>
    public static bool IsIn(ReadOnlySpan<byte> start, bool goesOn)
    {
        if (!IsDeclared(start)) return false;
        var header = start[..HeaderLength(start)];
        return !Ascii.IsValid(header) || (goesOn && header.Length == start.Length);
    }

    private static int HeaderLength(ReadOnlySpan<byte> start)
    {
        var end = start.IndexOf("\n\r\n"u8);
        var bare = (end < 0 ? start : start[..end]).IndexOf("\n\n"u8);
        return bare >= 0 ? bare : end >= 0 ? end : start.Length;
    }

    private static bool IsDeclared(ReadOnlySpan<byte> header)
    {
        for (var fields = 0; fields < MaxFields && !header.IsEmpty; fields++)
        {
            var field = header[..FieldLength(header)];
            if (field.Length >= "Received:".Length && Ascii.EqualsIgnoreCase(field[.."Received:".Length], "Received:"u8)) return field.IndexOf(" with UTF8SMTP"u8) >= 0;
            if (field[0] is (byte)'\r' or (byte)'\n') return false; // the header ends
            header = header[field.Length..];
        }

        return false;
    }

    // RFC 5322 §2.2.3: a line that begins with a space or a tab goes on with the field before it.
    private static int FieldLength(ReadOnlySpan<byte> header)
    {
        for (var at = 0; ;)
        {
            var lineFeed = header[at..].IndexOf((byte)'\n');
            if (lineFeed < 0) return header.Length;
            at += lineFeed + 1;
            if (at == header.Length || header[at] is not ((byte)' ' or (byte)'\t')) return at;
        }
    }
}
