using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Server;

/// <summary>Carries out a command and says what came of it. It writes nothing: that is the session's.</summary>
internal delegate ValueTask<SmtpAnswer> CommandHandler(SmtpSession session, CommandLine line);

/// <summary>What follows an answer that says so. It may come several times, until its own answer does not say so any more.</summary>
internal delegate ValueTask<SmtpAnswer> CommandContinuation(SmtpSession session, WireConnection connection);

/// <summary>What is particular about a command.</summary>
[Flags]
internal enum CommandFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>An argument is an error.</summary>
    TakesNoArgument = 1,

    /// <summary>It brings no message nearer: a session has a budget of these.</summary>
    Idle = 2,

    /// <summary>Its argument is a host name, so octets that do not belong there are a bad name.</summary>
    NamesClient = 4,

    /// <summary>It opens a transaction.</summary>
    OpensTransaction = 8,

    /// <summary>Its argument may be UTF-8 (RFC 6531 §3.4, §3.7.4.2): the handler judges the octets above 127 in it.</summary>
    TakesUtf8 = 16,

    /// <summary>Nothing may have come after it before it is answered (RFC 2920 §3.1): what did would be taken for something else.</summary>
    EndsGroup = 32,
}

/// <summary>A row of the command table.</summary>
/// <param name="Verb">In capitals.</param>
/// <param name="Handler">What carries it out.</param>
/// <param name="Phases">When it may come.</param>
/// <param name="Flags">What is particular about it.</param>
internal sealed record SmtpCommand(string Verb, CommandHandler Handler, SmtpPhase Phases, CommandFlags Flags = CommandFlags.None)
{
    /// <summary>What goes on after an answer that continues.</summary>
    public CommandContinuation? Continuation { get; init; }

    /// <summary>
    /// The octets that follow the command line and belong to it, whatever is said about the command (RFC 3030 §2): where it is refused the
    /// session reads over them, so that they never pass for commands.
    /// </summary>
    public Func<CommandLine, long>? Trailing { get; init; }

    /// <summary>Whether a server carries it out, by its options and partners; null for always. What is not offered is 502.</summary>
    public Func<SmtpService, bool>? IsOffered { get; init; }

    /// <summary>What HELP says: the syntax, then a sentence. Empty for what is no command of SMTP.</summary>
    public IReadOnlyList<string> Help { get; init; } = [];

    /// <summary>Whether a server carries it out.</summary>
    public bool IsOfferedBy(SmtpService service) => IsOffered?.Invoke(service) ?? true;

    /// <summary>Why it may not come in <paramref name="phase"/>; null when it may.</summary>
    public SmtpRejection? OutOfOrder(SmtpPhase phase)
    {
        if ((Phases & phase) != 0) return null;
        if (phase == SmtpPhase.Connected) return SmtpRejection.NeedHello;

        // RFC 5321 §3.3, RFC 4954 §4, RFC 1985 §5
        if (Phases == SmtpPhase.Greeted) return (Flags & CommandFlags.OpensTransaction) != 0 ? SmtpRejection.NestedMail : SmtpRejection.InTransaction;
        if (phase == SmtpPhase.ChunkGiven) return SmtpRejection.ChunksBegun;
        return phase == SmtpPhase.Greeted ? SmtpRejection.NeedMail : SmtpRejection.NeedRcpt;
    }
}
