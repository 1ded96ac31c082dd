using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>VRFY answers every name alike (RFC 5321 §3.5.3, §7.3): who wants to know whether it exists has to send a message.</summary>
internal static class VrfyCommand
{
    public static readonly SmtpCommand Row = new("VRFY", ExecuteAsync, SmtpPhase.Any, CommandFlags.Idle)
    {
        Help = ["VRFY name", "Says nothing about the name, in other words than an error."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) =>
        new(line.Argument.IsEmpty ? SmtpRejection.VrfyWithoutName : SmtpReplies.CannotVerify);
}
