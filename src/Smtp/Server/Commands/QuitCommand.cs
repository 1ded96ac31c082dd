using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>QUIT ends the session (RFC 5321 §4.1.1.10); an open transaction is dropped.</summary>
internal static class QuitCommand
{
    public static readonly SmtpCommand Row = new("QUIT", ExecuteAsync, SmtpPhase.Any, CommandFlags.TakesNoArgument)
    {
        Help = ["QUIT", "Ends the session."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) => new(SmtpReplies.Bye);
}
