using System.Diagnostics.CodeAnalysis;

namespace Merpati.Mail.Mime;

/// <summary>A field that a draft has besides its own (RFC 5322 §2.2).</summary>
public sealed record DraftField
{
    private const int MaxNameLength = 70;

    // What the composer itself writes, and what would reveal whom a draft does not name.
    private static readonly string[] Reserved = ["From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "MIME-Version"];

    private DraftField(string name, string value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The name, of printable ASCII.</summary>
    public string Name { get; }

    /// <summary>What it says, in one line; beyond ASCII it is written in encoded words.</summary>
    public string Value { get; }

    /// <summary>
    /// Reads <c>Name: value</c>. False when that is no name of a field, when the value is empty or has control characters (so that no other field can hide in it),
    /// or when the composer writes that field itself: the addresses, Subject, Date, Message-ID, In-Reply-To and those of MIME.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DraftField? field)
    {
        ArgumentNullException.ThrowIfNull(text);
        field = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon is < 1 or > MaxNameLength || text.AsSpan(0, colon).ContainsAnyExceptInRange('!', '~')) return false;
        var name = text[..colon];
        var value = text[(colon + 1)..].Trim();
        if (value.Length == 0 || value.Any(char.IsControl) || IsReserved(name)) return false;
        field = new DraftField(name, value);
        return true;
    }

    private static bool IsReserved(string name) =>
        name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || Array.Exists(Reserved, reserved => reserved.Equals(name, StringComparison.OrdinalIgnoreCase));
}
