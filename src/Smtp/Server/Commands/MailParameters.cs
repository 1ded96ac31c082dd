using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// The parameters of MAIL, each at most once. SIZE and BODY=8BITMIME are understood after HELO too: a client that uses them knows what they
/// mean, and they only help. The others ask for something that is promised in the answer to EHLO.
/// </summary>
internal record struct MailParameters
{
    private const int MaxSizeDigits = 20; // RFC 1870 §4

    private const int MaxEnvelopeIdLength = 100; // RFC 3461 §4.4

    private Given _given;

    [Flags]
    private enum Given
    {
        None = 0,
        Size = 1,
        Body = 2,
        SmtpUtf8 = 4,
        Return = 8,
        EnvelopeId = 16,
        Auth = 32,
    }

    /// <summary>The declared size in octets (RFC 1870 §4), 0 when nothing was declared; what does not fit is <see cref="long.MaxValue"/>.</summary>
    public long Size { get; private set; }

    /// <summary>The declared body type (RFC 6152 §3, RFC 3030 §3).</summary>
    public BodyType Body { get; private set; }

    /// <summary>Whether SMTPUTF8 was said (RFC 6531 §3.4).</summary>
    public readonly bool IsInternationalized => _given.HasFlag(Given.SmtpUtf8);

    /// <summary>How much a notice of failure brings back (RFC 3461 §4.3).</summary>
    public ReturnContent Return { get; private set; }

    /// <summary>The sender's name for this sending (RFC 3461 §4.4); null when not given.</summary>
    public string? EnvelopeId { get; private set; }

    /// <summary>Reads a list; null when it is well-formed and known. <paramref name="extended"/> is whether the client said EHLO.</summary>
    public static SmtpRejection? Parse(ReadOnlySpan<byte> octets, bool extended, out MailParameters parameters)
    {
        parameters = default;
        var reader = new ParameterReader(octets);
        while (true)
        {
            switch (reader.Read(out var keyword, out var value))
            {
                case ParameterOutcome.End: return null;
                case ParameterOutcome.Malformed: return SmtpRejection.BadParameter;
            }

            var given = Find(keyword);
            if (given == Given.None) return SmtpRejection.UnknownParameter; // RFC 5321 §4.1.1.11
            if (parameters._given.HasFlag(given)) return SmtpRejection.BadParameter;
            parameters._given |= given;
            if (!parameters.Take(given, value)) return SmtpRejection.BadParameter;
            if (!extended && (given > Given.Body || parameters.Body == BodyType.BinaryMime)) return SmtpRejection.UnknownParameter;
        }
    }

    private static Given Find(ReadOnlySpan<byte> keyword)
    {
        if (Ascii.EqualsIgnoreCase(keyword, "SIZE"u8)) return Given.Size;
        if (Ascii.EqualsIgnoreCase(keyword, "BODY"u8)) return Given.Body;
        if (Ascii.EqualsIgnoreCase(keyword, "SMTPUTF8"u8)) return Given.SmtpUtf8;
        if (Ascii.EqualsIgnoreCase(keyword, "RET"u8)) return Given.Return;
        if (Ascii.EqualsIgnoreCase(keyword, "ENVID"u8)) return Given.EnvelopeId;
        return Ascii.EqualsIgnoreCase(keyword, "AUTH"u8) ? Given.Auth : Given.None;
    }

    private bool Take(Given given, ReadOnlySpan<byte> value) => given switch
    {
        Given.Size => TakeSize(value),
        Given.Body => TakeBody(value),
        Given.SmtpUtf8 => value.IsEmpty, // RFC 6531 §3.4: it has no value
        Given.Return => TakeReturn(value),
        Given.EnvelopeId => TakeEnvelopeId(value),
        _ => IsAuthor(value),
    };

    private bool TakeSize(ReadOnlySpan<byte> value)
    {
        if (value.Length is 0 or > MaxSizeDigits) return false;
        long size = 0;
        foreach (var digit in value)
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            size = size > (long.MaxValue - 9) / 10 ? long.MaxValue : (size * 10) + (digit - '0');
        }

        Size = size;
        return true;
    }

    private bool TakeBody(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "7BIT"u8)) Body = BodyType.SevenBit;
        else if (Ascii.EqualsIgnoreCase(value, "8BITMIME"u8)) Body = BodyType.EightBitMime;
        else if (Ascii.EqualsIgnoreCase(value, "BINARYMIME"u8)) Body = BodyType.BinaryMime;
        else return false;
        return true;
    }

    private bool TakeReturn(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "FULL"u8)) Return = ReturnContent.Full;
        else if (Ascii.EqualsIgnoreCase(value, "HDRS"u8)) Return = ReturnContent.Headers;
        else return false;
        return true;
    }

    private bool TakeEnvelopeId(ReadOnlySpan<byte> value)
    {
        if (value.Length > MaxEnvelopeIdLength || !XText.TryDecode(value, out var id)) return false;
        EnvelopeId = id;
        return true;
    }

    // RFC 4954 §5: who gave the message to the network first. Nobody here is trusted to say that for others, so it is read and goes no further.
    private static bool IsAuthor(ReadOnlySpan<byte> value) =>
        XText.TryDecode(value, out var text) && (text == "<>" || EmailAddress.TryParse(Encoding.ASCII.GetBytes(text), out _));
}
