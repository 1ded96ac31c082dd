using System.Text;
using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>LANG lists the languages of the replies or chooses one; the answer is in it already (RFC 6856 §3.2).</summary>
internal static class LangCommand
{
    private static readonly byte[] Listing = BuildListing();

    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command) => new(command.Count == 0 ? List(session) : Choose(session, command));

    private static Pop3Reply List(Pop3Session session)
    {
        session.Writer.Write(Pop3Reply.Ok(Pop3Phrase.LanguageList));
        session.Writer.Write(Listing);
        return Pop3Reply.Written;
    }

    private static Pop3Reply Choose(Pop3Session session, Pop3Command command)
    {
        var range = command.First.Span;
        if (!LanguageRange.IsValid(range)) return Pop3Reply.Reject(Pop3Rejection.BadLanguageTag);

        // RFC 6856 §3.2: "*" leaves it to the administrator.
        var row = LanguageRange.IsAny(range) ? Pop3Languages.Of(session.Surroundings.Options.Language) : Pop3Languages.Find(range);
        if (row is null) return Pop3Reply.Reject(Pop3Rejection.UnknownLanguage);
        session.Writer.Texts = Pop3Texts.Of(row.Language);
        return Pop3Reply.Ok(Pop3Phrase.LanguageChosen).With(row.Tag);
    }

    private static byte[] BuildListing()
    {
        var lines = new StringBuilder();
        foreach (var row in Pop3Languages.All) lines.Append(row.Tag).Append(' ').Append(row.Name).Append("\r\n");
        return Encoding.UTF8.GetBytes(lines.Append(".\r\n").ToString());
    }
}
