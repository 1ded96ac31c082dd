namespace Merpati.Smtp.Server.Commands;

/// <summary>Verbs that are known and never carried out.</summary>
internal static class RefusedCommands
{
    /// <summary>Their rows.</summary>
    public static readonly IReadOnlyList<SmtpCommand> Rows =
    [
        // A web browser that was led here, and its form carries commands in later lines: nothing of it is read on.
        .. WebVerbs.Select(verb => Refuse(SmtpRejection.WrongProtocol, verb)),
    ];

    /// <summary>What a web browser says.</summary>
    public static IReadOnlyList<string> WebVerbs => ["GET", "POST", "CONNECT", "PUT", "HEAD", "OPTIONS"];

    private static SmtpCommand Refuse(SmtpRejection rejection, string verb) => new(verb, (_, _) => new(rejection), SmtpPhase.Any);
}
