using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Merpati.Mail.Addresses;

/// <summary>
/// The part of an address before the "@" (RFC 5321 §4.1.2), held without its quotes: <c>"a b"</c> is the value <c>a b</c>,
/// and <c>"alice"</c> equals <c>alice</c>. 1 to 64 octets (RFC 5321 §4.5.3.1.1) of printable ASCII or, where the reader of it allows that,
/// of <see cref="Utf8Text"/> (RFC 6531 §3.3): never CR, LF, NUL or another control.
/// </summary>
public sealed class LocalPart : IEquatable<LocalPart>
{
    /// <summary>The longest local part, in octets (RFC 5321 §4.5.3.1.1).</summary>
    public const int MaxLength = 64;

    private LocalPart(string value) => Value = value;

    /// <summary>The value, unquoted, in the case in which it was written.</summary>
    public string Value { get; }

    /// <summary>What the directory compares: Merpati's own mailboxes do not differ by case alone.</summary>
    public string Key => Value.ToLowerInvariant();

    /// <summary>Whether it is ASCII, so that it can go where SMTPUTF8 is not known.</summary>
    public bool IsAscii => Ascii.IsValid(Value);

    /// <summary>Reads a dot-string or a quoted string of ASCII that fills <paramref name="text"/>; false when it is neither.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out LocalPart? local) => TryParse(text, allowUtf8: false, out local);

    /// <summary>The same; with <paramref name="allowUtf8"/> it may hold UTF-8 beyond ASCII (RFC 6531 §3.3).</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, bool allowUtf8, [NotNullWhen(true)] out LocalPart? local)
    {
        local = null;
        if (text.IsEmpty || text.Length > MaxLength) return false;
        if (!Ascii.IsValid(text) && !(allowUtf8 && Utf8Text.IsValid(text))) return false;
        if (text[0] == (byte)'"') return TryParseQuoted(text, out local);
        if (!IsDotString(text)) return false;
        local = new LocalPart(Encoding.UTF8.GetString(text));
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(LocalPart? other) => other is not null && string.Equals(Value, other.Value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LocalPart);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <summary>The form for the wire: quoted only where it must be.</summary>
    public override string ToString()
    {
        if (IsDotString(Encoding.UTF8.GetBytes(Value))) return Value;
        var quoted = new StringBuilder("\"", Value.Length + 2);
        foreach (var c in Value)
        {
            if (c is '"' or '\\') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    // RFC 5322 §3.2.3: atext.
    internal static bool IsAtext(byte c) =>
        char.IsAsciiLetterOrDigit((char)c) || "!#$%&'*+-/=?^_`{|}~"u8.Contains(c);

    // RFC 5321 §4.1.2: Dot-string = Atom *("." Atom). RFC 6531 §3.3: atext has all of UTF-8 beyond ASCII; whether that is proven has been seen before.
    private static bool IsDotString(ReadOnlySpan<byte> text)
    {
        var previousDot = true;
        foreach (var c in text)
        {
            if (c == (byte)'.')
            {
                if (previousDot) return false;
                previousDot = true;
                continue;
            }

            if (c < 0x80 && !IsAtext(c)) return false;
            previousDot = false;
        }

        return !previousDot;
    }

    // RFC 5321 §4.1.2: qtextSMTP and quoted-pairSMTP are printable ASCII only; RFC 6531 §3.3 adds UTF-8 to the former. An empty quoted string names nobody.
    private static bool TryParseQuoted(ReadOnlySpan<byte> text, [NotNullWhen(true)] out LocalPart? local)
    {
        local = null;
        if (text.Length < 3 || text[^1] != (byte)'"') return false;
        Span<byte> value = stackalloc byte[MaxLength];
        var length = 0;
        var inner = text[1..^1];
        for (var i = 0; i < inner.Length; i++)
        {
            var c = inner[i];
            if (c == (byte)'"') return false;
            if (c == (byte)'\\')
            {
                if (++i == inner.Length) return false;
                c = inner[i];
                if (c > 126) return false;
            }

            if (c is < 32 or 127) return false;
            value[length++] = c;
        }

        local = new LocalPart(Encoding.UTF8.GetString(value[..length]));
        return true;
    }
}
