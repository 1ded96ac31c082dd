using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>HELP lists the commands, or explains the one that is asked about (RFC 5321 §4.1.1.8).</summary>
internal static class HelpCommand
{
    public static readonly SmtpCommand Row = new("HELP", ExecuteAsync, SmtpPhase.Any, CommandFlags.Idle)
    {
        Help = ["HELP [command]", "Lists the commands or explains one."],
    };

    private const int VerbsPerLine = 12;

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (line.Argument.IsEmpty) return new(List(session.Service));
        if (SmtpCommands.Find(line.Argument.Span) is not { Help: [var syntax, var sentence] } row) return new(SmtpRejection.UnknownHelpTopic);
        return new(row.IsOfferedBy(session.Service) ? Explain(syntax, sentence) : Explain(syntax, sentence, "This server does not offer it."));
    }

    private static SmtpReply List(SmtpService service)
    {
        var verbs = SmtpCommands.All.Where(row => row.Help.Count > 0 && row.IsOfferedBy(service)).Select(row => row.Verb);
        return Explain([.. verbs.Chunk(VerbsPerLine).Select(some => $"Commands: {string.Join(' ', some)}"), "HELP command explains one."]);
    }

    private static SmtpReply Explain(params ReadOnlySpan<string> lines) => SmtpReply.Create(214, SmtpReplies.Success(0, 0), lines);
}
