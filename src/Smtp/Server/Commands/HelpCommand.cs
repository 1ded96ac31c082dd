using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>HELP lists the commands, or explains the one that is asked about (RFC 5321 §4.1.1.8).</summary>
internal static class HelpCommand
{
    public static readonly SmtpCommand Row = new("HELP", ExecuteAsync, SmtpPhase.Any, CommandFlags.Idle)
    {
        Help = ["HELP [command]", "Lists the commands or explains one."],
    };

    private static readonly Lazy<SmtpReply> List = new(() => Explain(
        $"Commands: {string.Join(' ', SmtpCommands.All.Where(row => row.Help.Count > 0).Select(row => row.Verb))}", "HELP command explains one."));

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (line.Argument.IsEmpty) return new(List.Value);
        return SmtpCommands.Find(line.Argument.Span) is { Help: [var syntax, var sentence] }
            ? new(Explain(syntax, sentence))
            : new(SmtpRejection.UnknownHelpTopic);
    }

    private static SmtpReply Explain(params ReadOnlySpan<string> lines) => SmtpReply.Create(214, SmtpReplies.Success(0, 0), lines);
}
