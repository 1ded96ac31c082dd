using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>EHLO introduces a client, lists the extensions (RFC 5321 §4.1.1.1) and drops an open transaction (§4.1.4).</summary>
internal static class EhloCommand
{
    public static readonly SmtpCommand Row = new("EHLO", ExecuteAsync, SmtpPhase.Any, CommandFlags.NamesClient | CommandFlags.Idle)
    {
        Help = ["EHLO <your host name>", "Introduces you and lists the extensions."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) =>
        new(session.Introduce(line.Argument.Span, extended: true) ? session.Service.Greetings.Ehlo(session) : SmtpRejection.BadClientName);
}
