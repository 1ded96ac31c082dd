using System.Text;
using Merpati.Smtp.Server.Commands;

namespace Merpati.Smtp.Server;

/// <summary>The command table (RFC 5321 §4.1.1), the most frequent first.</summary>
internal static class SmtpCommands
{
    /// <summary>All rows.</summary>
    public static readonly IReadOnlyList<SmtpCommand> All =
    [
        MailCommand.Row,
        RcptCommand.Row,
        DataCommand.Row,
        BdatCommand.Row,
        RsetCommand.Row,
        QuitCommand.Row,
        EhloCommand.Row,
        HeloCommand.Row,
        NoopCommand.Row,
        VrfyCommand.Row,
        ExpnCommand.Row,
        HelpCommand.Row,
        AuthCommand.Row,
        StartTlsCommand.Row,
        .. TerminalCommands.Rows,
        XTerminalCommand.Row,
        EtrnCommand.Row,
        ReversalCommands.Atrn,
        ReversalCommands.Turn,
        .. RefusedCommands.Rows,
    ];

    private static readonly SmtpCommand[] Rows = [.. All];

    /// <summary>The row of a verb in any case; null when there is none.</summary>
    public static SmtpCommand? Find(ReadOnlySpan<byte> verb)
    {
        foreach (var row in Rows)
        {
            if (Ascii.EqualsIgnoreCase(verb, row.Verb)) return row;
        }

        return null;
    }
}
