using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>NOOP does nothing; its argument is ignored (RFC 5321 §4.1.1.9).</summary>
internal static class NoopCommand
{
    public static readonly SmtpCommand Row = new("NOOP", ExecuteAsync, SmtpPhase.Any, CommandFlags.Idle)
    {
        Help = ["NOOP", "Does nothing."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) => new(SmtpReplies.Ok);
}
