using System.Text;

namespace Merpati.Progin.Server.Commands;

/// <summary>The verbs that are understood, one row each.</summary>
internal static class ProginVerbs
{
    private static readonly ProginVerb[] Table =
    [
        new("HELO", HeloCommand.ExecuteAsync, ProginPhase.Any, ProginVerbFlags.Argument),
        new("MAIL", BeginCommands.Entering(ProginPhase.Mail), ProginPhase.AfterHello),
        new("SNDR", SndrCommand.ExecuteAsync, ProginPhase.Mail, ProginVerbFlags.Argument | ProginVerbFlags.Password) { OutOfOrder = SndrCommand.OutOfOrder },
        new("RCPT", RcptCommand.ExecuteAsync, ProginPhase.Sender | ProginPhase.Recipient, ProginVerbFlags.Argument) { OutOfOrder = RcptCommand.OutOfOrder },
        new("DATA", DataCommand.ExecuteAsync, ProginPhase.Recipient, ProginVerbFlags.TextFollows) { OutOfOrder = DataCommand.OutOfOrder },
        new("FTCH", BeginCommands.Entering(ProginPhase.Fetch), ProginPhase.AfterHello),
        new("LGIN", LginCommand.ExecuteAsync, ProginPhase.Fetch, ProginVerbFlags.Argument | ProginVerbFlags.Password) { OutOfOrder = LginCommand.OutOfOrder },
        new("LIST", ListCommand.ExecuteAsync, ProginPhase.Mailbox) { OutOfOrder = ListCommand.OutOfOrder },
        new("QUIT", QuitCommand.ExecuteAsync, ProginPhase.Any),
    ];

    private static readonly string[] HttpMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"];

    /// <summary>Every verb, for those who must know all of them.</summary>
    public static ReadOnlySpan<ProginVerb> All => Table;

    /// <summary>The verb of that name in any case; null when there is none.</summary>
    public static ProginVerb? Find(ReadOnlySpan<byte> name)
    {
        foreach (var verb in Table)
        {
            if (Ascii.EqualsIgnoreCase(name, verb.Name)) return verb;
        }

        return null;
    }

    /// <summary>Whether a browser, or somebody who uses one, begins a request with this.</summary>
    public static bool IsHttpMethod(ReadOnlySpan<byte> name)
    {
        foreach (var method in HttpMethods)
        {
            if (Ascii.EqualsIgnoreCase(name, method)) return true;
        }

        return false;
    }

    /// <summary>Whether there are ASCII control characters.</summary>
    public static bool HasControls(ReadOnlySpan<byte> octets) => octets.ContainsAnyInRange((byte)0, (byte)0x1F) || octets.Contains((byte)0x7F);
}
