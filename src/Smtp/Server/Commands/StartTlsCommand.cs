using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// STARTTLS goes over to TLS (RFC 3207). Everything that was said before is forgotten, an open transaction and a login too; what came in the
/// clear behind the command is never acted on, and a client that sends something there is not served.
/// </summary>
internal static class StartTlsCommand
{
    public static readonly SmtpCommand Row = new(
        "STARTTLS", ExecuteAsync, SmtpPhase.Any & ~SmtpPhase.Connected, CommandFlags.TakesNoArgument | CommandFlags.Idle | CommandFlags.EndsGroup)
    {
        IsOffered = static service => service.Partners.Tls is not null,
        Continuation = SecureAsync,
        Help = ["STARTTLS", "Goes over to TLS; begin anew with EHLO then."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) =>
        new(session.Facts.IsTls ? SmtpRejection.AlreadySecure : new SmtpAnswer(SmtpReplies.ReadyForTls) { Continues = true });

    private static async ValueTask<SmtpAnswer> SecureAsync(SmtpSession session, WireConnection connection)
    {
        if (!await connection.SecureAsync(session.Service.Partners.Tls!))
        {
            SmtpLog.HandshakeFailed(session.Service.Logger, session.Facts.ClientAddress, connection.TlsFailure ?? "");
            session.NoteEnd("tls-failed");
            return SmtpAnswer.ClientGone;
        }

        session.BeginAnew();
        return SmtpAnswer.Silence;
    }
}
