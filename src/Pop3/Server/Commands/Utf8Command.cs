using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>UTF8 switches the session to UTF-8 mode (RFC 6856 §2.1), before the login and for good. To give it twice changes nothing.</summary>
internal static class Utf8Command
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        session.Facts.IsUtf8 = true;
        return new ValueTask<Pop3Reply>(Pop3Reply.Ok(Pop3Phrase.Utf8Mode));
    }
}
