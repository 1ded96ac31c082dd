using System.Globalization;

namespace Merpati.Storage.Sqlite.Accounts;

/// <summary>
/// Folds names so that two that differ in case or spacing alone are equal. The store compares only what was folded here: SQLite's own folding
/// knows no letters but ASCII's.
/// </summary>
internal static class NameWords
{
    private const int MaxWords = 64;

    /// <summary>The whole name: lower case, single spaces between what is not space; empty when there is nothing else.</summary>
    internal static string Fold(string name) =>
        string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    /// <summary>The words of a folded name, each once, without the punctuation around them; at most 64.</summary>
    internal static IReadOnlyCollection<string> Split(string folded)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        var start = 0;
        for (var i = 0; i <= folded.Length && words.Count < MaxWords; i++)
        {
            if (i < folded.Length && IsOfWord(folded[i])) continue;
            var word = folded.AsSpan(start, i - start).Trim("-'\u2019");
            if (!word.IsEmpty) words.Add(word.ToString());
            start = i + 1;
        }

        return words;
    }

    // A hyphen or an apostrophe is part of Smith-Jones and O'Neill. Surrogates are halves of letters that lie outside the first plane, mostly.
    private static bool IsOfWord(char c) => char.IsLetterOrDigit(c) || char.IsSurrogate(c) || c is '-' or '\'' or '\u2019' ||
        CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
