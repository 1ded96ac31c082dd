namespace Merpati.Pop3.Server.Texts;

/// <summary>English, the language of the protocol: ASCII alone.</summary>
internal static class EnglishTexts
{
    private static readonly Dictionary<Pop3Phrase, string> Phrases = new()
    {
        [Pop3Phrase.None] = "",
        [Pop3Phrase.Done] = "",
        [Pop3Phrase.Numbers] = "%n %n",
        [Pop3Phrase.Greeting] = "%w POP3 Merpati ready",
        [Pop3Phrase.GreetingWithTimestamp] = "POP3 Merpati ready %w",
        [Pop3Phrase.TlsBegins] = "Begin the TLS handshake.",
        [Pop3Phrase.MechanismList] = "Mechanisms follow",
        [Pop3Phrase.SigningOff] = "%w POP3 server signing off",
        [Pop3Phrase.SigningOffWithSomeLeft] = "%w POP3 server signing off (%m left)",
        [Pop3Phrase.SigningOffEmpty] = "%w POP3 server signing off (maildrop empty)",
        [Pop3Phrase.MaildropOpened] = "%w's maildrop has %m (%o)",
        [Pop3Phrase.OwnMaildropOpened] = "Your maildrop has %m (%o)",
        [Pop3Phrase.MaildropReset] = "Maildrop has %m (%o)",
        [Pop3Phrase.Listing] = "%m (%o)",
        [Pop3Phrase.MessageFollows] = "%o",
        [Pop3Phrase.MessageMarked] = "Message %n has been deleted.",
        [Pop3Phrase.LastRead] = "%n is the last read message.",
        [Pop3Phrase.CapabilityList] = "Capability list follows",
        [Pop3Phrase.LanguageList] = "Language listing follows",
        [Pop3Phrase.LanguageChosen] = "%w The server speaks English now.",
        [Pop3Phrase.Utf8Mode] = "UTF-8 mode is on.",
    };

    // The English words of the rejections stand in their table, with their codes; see there.
    private static readonly Dictionary<Pop3Rejection, string> Rejections =
        Enum.GetValues<Pop3Rejection>().ToDictionary(rejection => rejection, WithoutCode);

    public static Pop3Texts All { get; } = new(
        Pop3Language.English, Phrases, Rejections, (["message", "messages"], ["octet", "octets"]), count => count == 1 ? 0 : 1);

    private static string WithoutCode(Pop3Rejection rejection)
    {
        var text = Pop3Rejections.Of(rejection).Text;
        return text.StartsWith('[') ? text[(text.IndexOf(']', StringComparison.Ordinal) + 2)..] : text;
    }
}
