using System.Globalization;
using System.Text;

namespace Merpati.Mail.Mime;

/// <summary>
/// The value and the parameters of a field such as Content-Type (RFC 2045 §5.1), continued and in a charset too (RFC 2231 §3, §4). It reads what it can:
/// what is no parameter is passed over.
/// </summary>
internal sealed class ParameterList
{
    private const int MaxParameters = 200; // sections of one count each

    private readonly List<Section> _sections = [];

    private ParameterList(string value) => Value = value;

    /// <summary>What stands before the first semicolon, in lower case, without comments and blanks.</summary>
    public string Value { get; }

    public static ParameterList Read(ReadOnlySpan<byte> body)
    {
        var list = new ParameterList(Encoding.ASCII.GetString(WithoutComments(Take(ref body, out _))).ToLowerInvariant());
        while (!body.IsEmpty && list._sections.Count < MaxParameters)
        {
            var text = Take(ref body, out var equals);
            if (equals > 0) list.Add(text[..equals], text[(equals + 1)..]);
        }

        return list;
    }

    /// <summary>The octets of a parameter as text, decoded; empty where there is none.</summary>
    public string this[string name]
    {
        get
        {
            var sections = _sections.FindAll(section => section.Name == name);
            if (sections.Count == 0) return "";

            // RFC 2231 says more than the plain form that may stand beside it for older readers.
            var extended = sections.FindAll(section => section.IsExtended || section.Number > 0);
            if (extended.Count == 0 && sections.TrueForAll(section => section.Number < 0)) return EncodedWords.Decode(sections[0].Value);
            return Join(sections.FindAll(section => section.Number >= 0 || section.IsExtended));
        }
    }

    private static string Join(List<Section> sections)
    {
        sections.Sort((one, other) => one.Number.CompareTo(other.Number));
        if (sections[0].Number < 0) sections = [sections[0]];
        var charset = "";
        var octets = new List<byte>();
        for (var i = 0; i < sections.Count; i++)
        {
            if (i > 0 && sections[i].Number != sections[i - 1].Number + 1) break; // one is missing, or given twice
            ReadOnlySpan<byte> value = sections[i].Value;
            if (!sections[i].IsExtended)
            {
                octets.AddRange(value);
                continue;
            }

            if (i == 0 && value.IndexOf((byte)'\'') is var first and >= 0 && value[(first + 1)..].IndexOf((byte)'\'') is var second and >= 0)
            {
                charset = Encoding.ASCII.GetString(value[..first]);
                value = value[(first + second + 2)..];
            }

            AppendDecoded(octets, value);
        }

        return charset.Length == 0 ? Charsets.Guess(octets.ToArray()) : Charsets.Find(charset).GetString(octets.ToArray());
    }

    private static void AppendDecoded(List<byte> octets, ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == (byte)'%' && i + 2 < value.Length && Hexadecimal.TryOctet(value[i + 1], value[i + 2], out var octet))
            {
                octets.Add(octet);
                i += 2;
                continue;
            }

            octets.Add(value[i]);
        }
    }

    // Up to the next semicolon outside of quotes; tells where its first "=" outside of them is.
    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> body, out int equals)
    {
        equals = -1;
        var isQuoted = false;
        var at = 0;
        for (; at < body.Length && (isQuoted || body[at] != (byte)';'); at++)
        {
            if (body[at] == (byte)'"') isQuoted = !isQuoted;
            else if (body[at] == (byte)'\\' && isQuoted) at++;
            else if (body[at] == (byte)'=' && equals < 0 && !isQuoted) equals = at;
        }

        at = Math.Min(at, body.Length);
        var text = body[..at];
        body = at < body.Length ? body[(at + 1)..] : default;
        return text;
    }

    private static byte[] WithoutComments(ReadOnlySpan<byte> text)
    {
        var kept = new List<byte>(text.Length);
        var depth = 0;
        foreach (var octet in text)
        {
            if (octet == (byte)'(') depth++;
            else if (octet == (byte)')' && depth > 0) depth--;
            else if (depth == 0 && octet is > 32 and < 127) kept.Add(octet);
        }

        return kept.ToArray();
    }

    private void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        name = name.Trim(" \t\r\n"u8);
        var star = name.IndexOf((byte)'*');
        var plain = Encoding.ASCII.GetString(star < 0 ? name : name[..star]).ToLowerInvariant();
        var suffix = star < 0 ? [] : name[(star + 1)..];
        var isExtended = star >= 0 && (suffix.IsEmpty || suffix[^1] == (byte)'*');
        if (suffix.Length > 0 && suffix[^1] == (byte)'*') suffix = suffix[..^1];
        var number = -1;
        if (!suffix.IsEmpty && !int.TryParse(suffix, NumberStyles.None, CultureInfo.InvariantCulture, out number)) return;
        _sections.Add(new Section(plain, number, isExtended, Unquoted(value.Trim(" \t\r\n"u8))));
    }

    // A quoted string ends at its quote; a value without quotes goes as far as it stands, for many names have blanks.
    private static byte[] Unquoted(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] != (byte)'"') return value.ToArray();
        var octets = new List<byte>(value.Length);
        for (var i = 1; i < value.Length && value[i] != (byte)'"'; i++)
        {
            if (value[i] == (byte)'\\' && i + 1 < value.Length) i++;
            if (value[i] is not ((byte)'\r' or (byte)'\n')) octets.Add(value[i]);
        }

        return octets.ToArray();
    }

    // The number is -1 where the parameter is not continued.
    private sealed record Section(string Name, int Number, bool IsExtended, byte[] Value);
}
