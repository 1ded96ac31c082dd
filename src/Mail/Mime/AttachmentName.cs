using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Mail.Mime;

/// <summary>The name of an attached file: a name, never a path.</summary>
public static class AttachmentName
{
    private const int MaxLength = 200; // characters

    /// <summary>
    /// A name that is safe to show and to write in a header: what stands before the last slash or backslash goes, and so do control characters and those that only
    /// hide or turn round others. Empty when nothing remains; at most 200 characters, of which the last stay, for they tell the kind.
    /// </summary>
    public static string Clean(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var last = name.AsSpan()[(name.AsSpan().LastIndexOfAny('/', '\\') + 1)..];
        var clean = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            if (Utf8Text.IsAllowed(rune) || rune == Rune.ReplacementChar) clean.Append(rune);
        }

        var text = clean.ToString().Trim();
        if (text.Length > MaxLength) text = text[(text.Length - MaxLength + (char.IsLowSurrogate(text[^MaxLength]) ? 1 : 0))..].Trim();
        return text is "." or ".." ? "" : text;
    }
}
