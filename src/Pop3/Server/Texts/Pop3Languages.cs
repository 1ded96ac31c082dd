using System.Text;
using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Texts;

/// <summary>A language as LANG lists it.</summary>
/// <param name="Language">Which.</param>
/// <param name="Tag">Its tag (RFC 5646).</param>
/// <param name="Name">Its own name for itself.</param>
internal sealed record Pop3LanguageRow(Pop3Language Language, string Tag, string Name);

/// <summary>The languages there are, one row each.</summary>
internal static class Pop3Languages
{
    private static readonly Pop3LanguageRow[] Table =
    [
        new(Pop3Language.English, "en", "English"),
        new(Pop3Language.Russian, "ru", "Русский"),
        new(Pop3Language.Indonesian, "id", "Bahasa Indonesia"),
    ];

    /// <summary>Every language, in the order of the enumeration.</summary>
    public static ReadOnlySpan<Pop3LanguageRow> All => Table;

    /// <summary>The row of a language.</summary>
    public static Pop3LanguageRow Of(Pop3Language language) => Table[(int)language];

    /// <summary>
    /// The language for a range that is one, other than "*"; null when there is none. A range that says more than we have falls back to less,
    /// so that "en-GB" finds "en" (lookup, RFC 4647 §3.4).
    /// </summary>
    public static Pop3LanguageRow? Find(ReadOnlySpan<byte> range)
    {
        var primary = LanguageRange.Primary(range);

        // RFC 5646 §4.5: "in" was the tag of Indonesian until 1989; old clients still send it.
        if (Ascii.EqualsIgnoreCase(primary, "in")) primary = "id"u8;
        foreach (var row in Table)
        {
            if (Ascii.EqualsIgnoreCase(primary, row.Tag)) return row;
        }

        return null;
    }
}
