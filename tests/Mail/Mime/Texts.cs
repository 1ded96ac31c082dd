using FsCheck;
using FsCheck.Fluent;

namespace Merpati.Mail.Tests.Mime;

/// <summary>Texts as people write them, and as they do not.</summary>
internal static class Texts
{
    private static readonly string[] Pieces =
    [
        "a", "Z", "0", " ", "  ", ".", ",", "\"", "\\", "(", ")", "<", ">", "@", ":", ";", "=", "=?", "?=", "_", "%", "'", "*", "é", "ß", "П", "ж", "日", "本", "\U0001F600", "́",
        "word", "From ", "--", "=_", "a longer piece of text to come past the end of a line ", "очень длинный текст ", new string('x', 100),
    ];

    /// <summary>One line, without control characters.</summary>
    public static Gen<string> Lines { get; } = Gen.ArrayOf(Gen.Elements(Pieces)).Select(string.Concat);

    /// <summary>A name, without blanks at its ends.</summary>
    public static Gen<string> Names { get; } = Lines.Select(line => line.Trim());

    /// <summary>Lines, each ended by LF; perhaps none.</summary>
    public static Gen<string> Paragraphs { get; } = Gen.ArrayOf(Gen.OneOf(Lines, Gen.Elements("", ".", "\t x \t", "--=_", new string('y', 1200)))).Select(lines => string.Concat(lines.Select(line => line + "\n")));
}
