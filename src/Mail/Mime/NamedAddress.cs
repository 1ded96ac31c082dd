using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Mail.Mime;

/// <summary>A mailbox of a header: an address, and the name of whom it belongs to (RFC 5322 §3.4).</summary>
public sealed record NamedAddress
{
    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create("\"<>,;:@()\\");

    /// <summary>Takes the two; control characters in the name become spaces, and blanks at its ends go.</summary>
    public NamedAddress(string name, EmailAddress address)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(address);
        Name = string.Concat(name.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        Address = address;
    }

    /// <summary>The name as people read it; empty where there is none.</summary>
    public string Name { get; }

    /// <summary>The address.</summary>
    public EmailAddress Address { get; }

    /// <summary>Reads what people write: <c>ivan@example.org</c>, <c>Иван &lt;ivan@example.org&gt;</c>, <c>"Doe, J." &lt;j@example.org&gt;</c>; false when it is none of these.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out NamedAddress? mailbox)
    {
        ArgumentNullException.ThrowIfNull(text);
        mailbox = null;
        text = text.Trim();
        if (text.AsSpan().ContainsAny('\r', '\n', '\0')) return false;
        var name = "";
        if (text.EndsWith('>'))
        {
            var open = text.LastIndexOf('<');
            if (open < 0) return false;
            name = Unquoted(text[..open].Trim());
            text = text[(open + 1)..^1].Trim();
        }

        if (!EmailAddress.TryParse(text, out var address)) return false;
        mailbox = new NamedAddress(name, address);
        return true;
    }

    /// <summary>As people read it, the name quoted only where it could be taken for something else.</summary>
    public override string ToString() => Format(Name, Address.ToString());

    internal static string Format(string name, string address)
    {
        if (name.Length == 0) return address;
        return name.AsSpan().ContainsAny(NeedsQuotes) ? $"{Quoted(name)} <{address}>" : $"{name} <{address}>";
    }

    internal static string Quoted(string name)
    {
        var quoted = new StringBuilder("\"", name.Length + 4);
        foreach (var c in name)
        {
            if (c is '"' or '\\') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append('"').ToString();
    }

    private static string Unquoted(string name)
    {
        if (name.Length < 2 || name[0] != '"' || name[^1] != '"') return name;
        var plain = new StringBuilder(name.Length);
        for (var i = 1; i < name.Length - 1; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length - 1) i++;
            plain.Append(name[i]);
        }

        return plain.ToString();
    }
}
