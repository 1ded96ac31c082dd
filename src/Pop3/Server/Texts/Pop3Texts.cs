using System.Text;

namespace Merpati.Pop3.Server.Texts;

/// <summary>
/// All that the server says in one language. A text may hold places to be filled, as <see cref="Pop3Reply"/> tells; a translation has the same ones,
/// those of numbers in the same order. Response codes (RFC 2449 §8) are no words and stay as they are.
/// </summary>
internal sealed class Pop3Texts
{
    private readonly string[] _phrases;
    private readonly string[] _rejections;
    private readonly byte[][] _messages;
    private readonly byte[][] _octets;
    private readonly Func<long, int> _form;

    /// <summary>The texts of a language: each phrase and each rejection, and the forms of the two nouns, one for each that <paramref name="form"/> can name.</summary>
    public Pop3Texts(
        Pop3Language language,
        IReadOnlyDictionary<Pop3Phrase, string> phrases,
        IReadOnlyDictionary<Pop3Rejection, string> rejections,
        (string[] Messages, string[] Octets) nouns,
        Func<long, int> form)
    {
        Language = language;
        _phrases = Array.ConvertAll(Enum.GetValues<Pop3Phrase>(), phrase => phrases[phrase]);
        _rejections = Array.ConvertAll(Enum.GetValues<Pop3Rejection>(), rejection => CodeOf(rejection) + rejections[rejection]);
        _messages = Array.ConvertAll(nouns.Messages, noun => Encoding.UTF8.GetBytes(" " + noun));
        _octets = Array.ConvertAll(nouns.Octets, noun => Encoding.UTF8.GetBytes(" " + noun));
        _form = form;
    }

    /// <summary>The language.</summary>
    public Pop3Language Language { get; }

    /// <summary>The texts of a language.</summary>
    public static Pop3Texts Of(Pop3Language language) => language switch
    {
        Pop3Language.Russian => RussianTexts.All,
        Pop3Language.Indonesian => IndonesianTexts.All,
        _ => EnglishTexts.All,
    };

    /// <summary>What follows "+OK ".</summary>
    public string Of(Pop3Phrase phrase) => _phrases[(int)phrase];

    /// <summary>What follows "-ERR ".</summary>
    public string Of(Pop3Rejection rejection) => _rejections[(int)rejection];

    /// <summary>A space and the noun for so many messages ('m') or octets ('o'), in the form that the number asks for; nothing for any other place.</summary>
    public ReadOnlySpan<byte> NounOf(char place, long count) => place switch
    {
        'm' => _messages[_form(count)],
        'o' => _octets[_form(count)],
        _ => [],
    };

    private static string CodeOf(Pop3Rejection rejection)
    {
        var text = Pop3Rejections.Of(rejection).Text;
        return text.StartsWith('[') ? text[..(text.IndexOf(']', StringComparison.Ordinal) + 2)] : "";
    }
}
