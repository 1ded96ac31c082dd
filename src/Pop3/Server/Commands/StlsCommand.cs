using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// STLS goes over to TLS (RFC 2595 §4). Everything that was said before is forgotten; what came in the clear behind the command is never acted on, and
/// a client that sends something there is not served.
/// </summary>
internal static class StlsCommand
{
    /// <summary>Whether the client may give it now.</summary>
    public static bool IsPossible(Pop3Session session) =>
        session.Surroundings.Partners.Tls is not null && session.Tls is null && !session.Facts.IsUtf8 && session.Phase != Pop3Phase.Transaction;

    public static async ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        if (session.Tls is not null) return Pop3Reply.Reject(Pop3Rejection.AlreadySecure);
        if (session.Facts.IsUtf8) return Pop3Reply.Reject(Pop3Rejection.StlsAfterUtf8); // RFC 6856 §2.1
        if (session.HasBufferedInput) return Pop3Reply.Reject(Pop3Rejection.InputBehindStls).Closing(SessionEnding.OutOfTurn);
        session.Writer.Write(Pop3Reply.Ok(Pop3Phrase.TlsBegins));
        return await session.SecureAsync() ? Pop3Reply.Written : Pop3Reply.End(SessionEnding.TlsFailed);
    }
}
