using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>RSET drops an open transaction (RFC 5321 §4.1.1.5).</summary>
internal static class RsetCommand
{
    public static readonly SmtpCommand Row = new("RSET", ExecuteAsync, SmtpPhase.Any, CommandFlags.TakesNoArgument | CommandFlags.Idle)
    {
        Help = ["RSET", "Drops the transaction."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        session.Drop();
        return new(SmtpReplies.Ok);
    }
}
