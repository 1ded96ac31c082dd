namespace Merpati.Smtp.Server.Commands;

/// <summary>Verbs that are known and never carried out.</summary>
internal static class RefusedCommands
{
    /// <summary>Their rows.</summary>
    public static readonly IReadOnlyList<SmtpCommand> Rows =
    [
        // RFC 5321 §4.2.4, appendix F.6; RFC 1985, 3207, 4954; RFC 821 §3.4, §3.8: recognized, not implemented.
        .. Refuse(SmtpRejection.NotImplemented, "AUTH", "STARTTLS", "EXPN", "ETRN", "SEND", "SOML", "SAML", "TURN"),

        // A web browser that was led here, and its form carries commands in later lines: nothing of it is read on.
        .. Refuse(SmtpRejection.WrongProtocol, "GET", "POST", "CONNECT", "PUT", "HEAD", "OPTIONS"),
    ];

    private static IEnumerable<SmtpCommand> Refuse(SmtpRejection rejection, params string[] verbs) =>
        verbs.Select(verb => new SmtpCommand(verb, (_, _) => new(rejection), SmtpPhase.Any));
}
