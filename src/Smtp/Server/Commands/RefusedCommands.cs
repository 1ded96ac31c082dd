namespace Merpati.Smtp.Server.Commands;

/// <summary>Verbs that are known and never carried out.</summary>
internal static class RefusedCommands
{
    /// <summary>Their rows.</summary>
    public static readonly IReadOnlyList<SmtpCommand> Rows =
    [
        // RFC 821 §3.8, RFC 5321 appendix F.1: whoever asks for the mail of another would get it.
        Refuse(SmtpRejection.NotImplemented, "TURN") with
        {
            IsOffered = static _ => false,
            Help = ["TURN", "Would let you receive and this server send; ETRN is the safe way to that."],
        },

        // A web browser that was led here, and its form carries commands in later lines: nothing of it is read on.
        .. WebVerbs.Select(verb => Refuse(SmtpRejection.WrongProtocol, verb)),
    ];

    /// <summary>What a web browser says.</summary>
    public static IReadOnlyList<string> WebVerbs => ["GET", "POST", "CONNECT", "PUT", "HEAD", "OPTIONS"];

    private static SmtpCommand Refuse(SmtpRejection rejection, string verb) => new(verb, (_, _) => new(rejection), SmtpPhase.Any);
}
