using System.Text;

namespace Merpati.Mail.Addresses;

/// <summary>
/// What stands between angle brackets in MAIL and RCPT (RFC 5321 §4.1.2): nothing (<c>&lt;&gt;</c>, the null reverse-path), a
/// mailbox, or a local part alone, which means the default domain (<c>&lt;postmaster&gt;</c>, RFC 5321 §4.1.1.3).
/// A source route is read and dropped (RFC 5321 §3.3, appendix C).
/// </summary>
public sealed class MailPath
{
    /// <summary>The longest path, in octets, angle brackets included (RFC 5321 §4.5.3.1.3).</summary>
    public const int MaxLength = 256;

    /// <summary>The null reverse-path <c>&lt;&gt;</c>: the sender of notices that must never be answered.</summary>
    public static readonly MailPath Null = new(null, null);

    private MailPath(LocalPart? local, Domain? domain)
    {
        Local = local;
        Domain = domain;
    }

    /// <summary>The path of an address.</summary>
    public MailPath(EmailAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Local = address.Local;
        Domain = address.Domain;
    }

    /// <summary>The local part; null in the null path only.</summary>
    public LocalPart? Local { get; }

    /// <summary>The domain; null in the null path and where none was given.</summary>
    public Domain? Domain { get; }

    /// <summary>Whether this is <c>&lt;&gt;</c>.</summary>
    public bool IsNull => Local is null;

    /// <summary>The address, when the path holds a whole one.</summary>
    public EmailAddress? Address => Local is not null && Domain is not null ? new EmailAddress(Local, Domain) : null;

    /// <summary>Whether it is ASCII, so that it can go where SMTPUTF8 is not known.</summary>
    public bool IsAscii => Local is null || Local.IsAscii;

    /// <summary>
    /// Reads a path of ASCII from the start of <paramref name="text"/>. Returns the octets it took, brackets included,
    /// or -1 when there is no well-formed path; what follows the path is the caller's to judge.
    /// </summary>
    public static int Parse(ReadOnlySpan<byte> text, out MailPath path) => Parse(text, allowUtf8: false, out path);

    /// <summary>The same; with <paramref name="allowUtf8"/> it may hold UTF-8 (RFC 6531 §3.3), and U-labels become A-labels.</summary>
    public static int Parse(ReadOnlySpan<byte> text, bool allowUtf8, out MailPath path)
    {
        path = Null;
        if (text.IsEmpty || text[0] != (byte)'<') return -1;
        var end = FindClosingBracket(text);
        if (end < 0 || end + 1 > MaxLength) return -1;
        var inner = text[1..end];
        if (inner.IsEmpty) return end + 1;

        // RFC 5321 appendix C: a source route, "@one,@two:mailbox", SHOULD be ignored.
        if (inner[0] == (byte)'@')
        {
            var colon = inner.IndexOf((byte)':');
            if (colon < 0 || !IsSourceRoute(inner[..colon], allowUtf8)) return -1;
            inner = inner[(colon + 1)..];
        }

        if (EmailAddress.TryParse(inner, allowUtf8, out var address))
        {
            path = new MailPath(address);
            return end + 1;
        }

        if (!LocalPart.TryParse(inner, allowUtf8, out var local)) return -1;
        path = new MailPath(local, null);
        return end + 1;
    }

    /// <summary>The path with its angle brackets, as on the wire.</summary>
    public override string ToString()
    {
        if (Local is null) return "<>";
        return Domain is null ? $"<{Local}>" : $"<{Local}@{Domain}>";
    }

    /// <summary>The path without its angle brackets: empty for the null path.</summary>
    public string ToAddressText() => ToString()[1..^1];

    /// <summary>Reads what <see cref="ToAddressText"/> wrote.</summary>
    public static MailPath FromAddressText(string text)
    {
        var taken = Parse(Encoding.UTF8.GetBytes($"<{text}>"), allowUtf8: true, out var path);
        return taken > 0 ? path : throw new FormatException("not the text of a path");
    }

    // A ">" inside a quoted local part does not end the path.
    private static int FindClosingBracket(ReadOnlySpan<byte> text)
    {
        var quoted = false;
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'>' when !quoted:
                    return i;
            }
        }

        return -1;
    }

    private static bool IsSourceRoute(ReadOnlySpan<byte> text, bool allowUtf8)
    {
        foreach (var hop in text.Split((byte)','))
        {
            var name = text[hop];
            if (name.IsEmpty || name[0] != (byte)'@' || !Domain.TryParse(name[1..], allowUtf8, out _)) return false;
        }

        return true;
    }
}
