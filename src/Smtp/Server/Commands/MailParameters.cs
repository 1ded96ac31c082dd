using System.Text;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>The parameters of MAIL. They are understood after HELO too: a client that uses them knows what they mean.</summary>
/// <param name="Size">The declared size in octets (RFC 1870 §4), 0 when nothing was declared; what does not fit is <see cref="long.MaxValue"/>.</param>
/// <param name="Body">The declared body type (RFC 6152 §3).</param>
internal readonly record struct MailParameters(long Size, BodyType Body)
{
    private const int MaxSizeDigits = 20; // RFC 1870 §4

    /// <summary>Reads a list; null when it is well-formed and known.</summary>
    public static SmtpRejection? Parse(ReadOnlySpan<byte> octets, out MailParameters parameters)
    {
        parameters = default;
        long? size = null;
        BodyType? body = null;
        var reader = new ParameterReader(octets);
        while (true)
        {
            switch (reader.Read(out var keyword, out var value))
            {
                case ParameterOutcome.End:
                    parameters = new MailParameters(size ?? 0, body ?? BodyType.SevenBit);
                    return null;
                case ParameterOutcome.Malformed:
                    return SmtpRejection.BadParameter;
            }

            if (Ascii.EqualsIgnoreCase(keyword, "SIZE"u8))
            {
                if (size is not null || !TryReadSize(value, out var octetCount)) return SmtpRejection.BadParameter;
                size = octetCount;
            }
            else if (Ascii.EqualsIgnoreCase(keyword, "BODY"u8))
            {
                if (body is not null || !TryReadBody(value, out var type)) return SmtpRejection.BadParameter;
                body = type;
            }
            else
            {
                // RFC 5321 §4.1.1.11
                return SmtpRejection.UnknownParameter;
            }
        }
    }

    private static bool TryReadSize(ReadOnlySpan<byte> value, out long size)
    {
        size = 0;
        if (value.Length is 0 or > MaxSizeDigits) return false;
        foreach (var digit in value)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            size = size > (long.MaxValue - 9) / 10 ? long.MaxValue : (size * 10) + (digit - '0');
        }

        return true;
    }

    private static bool TryReadBody(ReadOnlySpan<byte> value, out BodyType body)
    {
        body = BodyType.SevenBit;
        if (Ascii.EqualsIgnoreCase(value, "7BIT"u8)) return true;
        body = BodyType.EightBitMime;
        return Ascii.EqualsIgnoreCase(value, "8BITMIME"u8);
    }
}
