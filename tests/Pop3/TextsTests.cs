using System.Text;
using System.Text.Unicode;
using Merpati.Pop3.Server;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Tests;

/// <summary>The catalogue: every text in every language, whole and short enough for a line.</summary>
public sealed class TextsTests
{
    private static readonly Pop3Language[] Languages = Enum.GetValues<Pop3Language>();

    // What is there for programs, or for numbers alone.
    private static readonly Pop3Phrase[] Untranslated = [Pop3Phrase.None, Pop3Phrase.Done, Pop3Phrase.Numbers, Pop3Phrase.Listing, Pop3Phrase.MessageFollows];

    private static IEnumerable<(string English, string Translation, string Name)> Translations()
    {
        foreach (var language in Languages.Where(language => language != Pop3Language.English))
        {
            var texts = Pop3Texts.Of(language);
            foreach (var phrase in Enum.GetValues<Pop3Phrase>()) yield return (EnglishTexts.All.Of(phrase), texts.Of(phrase), $"{language} {phrase}");
            foreach (var rejection in Enum.GetValues<Pop3Rejection>()) yield return (EnglishTexts.All.Of(rejection), texts.Of(rejection), $"{language} {rejection}");
        }
    }

    private static string Places(string text, Func<char, bool> which)
    {
        var places = new StringBuilder();
        for (var at = text.IndexOf('%'); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (which(text[at + 1])) places.Append(text[at + 1]);
        }

        return places.ToString();
    }

    private static string CodeOf(string text) => text.StartsWith('[') ? text[..(text.IndexOf(']', StringComparison.Ordinal) + 2)] : "";

    private static string Format(Pop3Reply reply, Pop3Language language)
    {
        var line = new byte[4 * ReplyWriter.MaxLineLength];
        var length = ReplyWriter.Format(reply, Pop3Texts.Of(language), line);
        Assert.InRange(length, 5, ReplyWriter.MaxLineLength);
        Assert.True(Utf8.IsValid(line.AsSpan(0, length)));
        return Encoding.UTF8.GetString(line, 0, length);
    }

    [Fact]
    public void EveryLanguageHasItsTexts() => Assert.All(Languages, language => Assert.Equal(language, Pop3Texts.Of(language).Language));

    [Fact]
    public void NoTextIsWithoutItsTranslation()
    {
        var protocol = Untranslated.SelectMany(phrase => Languages.Select(language => $"{language} {phrase}")).ToHashSet(StringComparer.Ordinal);
        foreach (var (english, translation, name) in Translations())
        {
            if (protocol.Contains(name)) Assert.Equal(english, translation);
            else Assert.True(translation.Length > 0 && translation != english, name);
        }
    }

    [Fact]
    public void EveryTranslationHasThePlacesOfTheEnglishText()
    {
        foreach (var (english, translation, name) in Translations())
        {
            Assert.True(Places(english, place => place != 'w') == Places(translation, place => place != 'w'), name);
            Assert.True(Places(english, place => place == 'w') == Places(translation, place => place == 'w'), name);
            Assert.True(Places(english, place => place is not ('n' or 'm' or 'o' or 'w')).Length == 0, name);
        }
    }

    [Fact]
    public void ResponseCodesAreNotTranslated()
    {
        foreach (var (english, translation, name) in Translations()) Assert.True(CodeOf(english) == CodeOf(translation), name);
        Assert.Equal("[AUTH] ", CodeOf(RussianTexts.All.Of(Pop3Rejection.BadLogin)));
    }

    [Fact]
    public void TheWordsOfEachLanguageAreItsOwn()
    {
        foreach (var (_, translation, name) in Translations())
        {
            var words = translation.Length - CodeOf(translation).Length;
            if (words == 0 || Untranslated.Any(phrase => name.EndsWith($" {phrase}", StringComparison.Ordinal))) continue;
            var isRussian = name.StartsWith("Russian", StringComparison.Ordinal);
            Assert.True(isRussian == translation.Any(c => c is >= 'а' and <= 'я'), name);
        }
    }

    [Fact]
    public void EveryLineFitsWhateverFillsIt()
    {
        var word = new string('h', 255);
        foreach (var language in Languages)
        {
            foreach (var phrase in Enum.GetValues<Pop3Phrase>().Where(phrase => phrase != Pop3Phrase.None))
            {
                var line = Format(Pop3Reply.Ok(phrase, long.MaxValue, long.MaxValue).With(word), language);
                Assert.StartsWith("+OK", line, StringComparison.Ordinal);
                AssertWhole(line, language);
            }

            foreach (var rejection in Enum.GetValues<Pop3Rejection>())
            {
                var line = Format(Pop3Reply.Reject(rejection, long.MaxValue).With(word), language);
                Assert.StartsWith("-ERR ", line, StringComparison.Ordinal);
                AssertWhole(line, language);
            }
        }
    }

    private static void AssertWhole(string line, Pop3Language language)
    {
        Assert.EndsWith("\r\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain('%', line);
        Assert.DoesNotContain(line[..^2], char.IsControl);
        if (language == Pop3Language.English) Assert.True(Ascii.IsValid(line), line);
    }

    [Theory]
    [InlineData(0, "0 сообщений (0 байт)")]
    [InlineData(1, "1 сообщение (1 байт)")]
    [InlineData(2, "2 сообщения (2 байта)")]
    [InlineData(4, "4 сообщения (4 байта)")]
    [InlineData(5, "5 сообщений (5 байт)")]
    [InlineData(10, "10 сообщений (10 байт)")]
    [InlineData(11, "11 сообщений (11 байт)")]
    [InlineData(12, "12 сообщений (12 байт)")]
    [InlineData(14, "14 сообщений (14 байт)")]
    [InlineData(15, "15 сообщений (15 байт)")]
    [InlineData(21, "21 сообщение (21 байт)")]
    [InlineData(22, "22 сообщения (22 байта)")]
    [InlineData(25, "25 сообщений (25 байт)")]
    [InlineData(101, "101 сообщение (101 байт)")]
    [InlineData(111, "111 сообщений (111 байт)")]
    [InlineData(113, "113 сообщений (113 байт)")]
    [InlineData(1004, "1004 сообщения (1004 байта)")]
    public void RussianHasThreeForms(long count, string counted) =>
        Assert.Equal($"+OK {counted}\r\n", Format(Pop3Reply.Ok(Pop3Phrase.Listing, count, count), Pop3Language.Russian));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(21)]
    public void IndonesianHasOneForm(long count) =>
        Assert.Equal($"+OK {count} pesan ({count} byte)\r\n", Format(Pop3Reply.Ok(Pop3Phrase.Listing, count, count), Pop3Language.Indonesian));

    [Fact]
    public void FormattingAllocatesNothing()
    {
        var line = new byte[ReplyWriter.MaxLineLength];
        foreach (var language in Languages)
        {
            var texts = Pop3Texts.Of(language);
            Measure(texts, line, 200); // until it is compiled
            Assert.Equal(0, Measure(texts, line, 1000));
        }
    }

    private static long Measure(Pop3Texts texts, byte[] line, int times)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < times; i++)
        {
            ReplyWriter.Format(Pop3Reply.Ok(Pop3Phrase.MaildropOpened, i, i).With("paul"), texts, line);
            ReplyWriter.Format(Pop3Reply.Reject(Pop3Rejection.NoSuchMessage, i), texts, line);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
