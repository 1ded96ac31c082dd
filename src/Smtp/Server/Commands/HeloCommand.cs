using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>HELO introduces a client of the old protocol (RFC 5321 §4.1.1.1) and drops an open transaction.</summary>
internal static class HeloCommand
{
    public static readonly SmtpCommand Row = new("HELO", ExecuteAsync, SmtpPhase.Any, CommandFlags.NamesClient | CommandFlags.Idle)
    {
        Help = ["HELO <your host name>", "Introduces you, without extensions."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line) =>
        new(session.Introduce(line.Argument.Span, extended: false) ? session.Service.Greetings.Helo : SmtpRejection.BadClientName);
}
