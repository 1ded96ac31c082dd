using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>CAPA says what this server can do for this client now (RFC 2449 §5). LAST has no capability of its own.</summary>
internal static class CapaCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        session.Writer.Write(Pop3Reply.Ok(Pop3Phrase.CapabilityList));
        session.Writer.Write("TOP\r\nUIDL\r\n"u8);

        // RFC 2449 §6.3: USER is not offered where it would be refused.
        if (session.Facts.TakesPlainPasswords) session.Writer.Write("USER\r\n"u8);
        session.Writer.Write("PIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\nIMPLEMENTATION Merpati\r\n.\r\n"u8);
        return new ValueTask<Pop3Reply>(Pop3Reply.Written);
    }
}
