using System.Globalization;
using System.Text;
using Merpati.Mail.Terminals;
using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// XTERMINAL makes the session a terminal of the user who has authenticated: what SEND, SOML and SAML bring for him is written to it at once.
/// A private extension; docs/terminal.md is its specification.
/// </summary>
internal static class XTerminalCommand
{
    public static readonly SmtpCommand Row = new("XTERMINAL", ExecuteAsync, SmtpPhase.Greeted, CommandFlags.TakesNoArgument)
    {
        IsOffered = static service => service.Partners.Terminals is not null,
        Continuation = ServeAsync,
        Help = ["XTERMINAL", "Shows you here what is sent to your terminal; then NOOP, DETACH or QUIT."],
    };

    private const int PieceLength = 16 * 1024; // octets of a message that are encoded before it is looked whether they go out

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (session.Facts.Submitter is not { } user) return new(SmtpRejection.NeedAuthentication);
        session.Terminal = session.Service.Partners.Terminals!.Attach(user.AccountId, session.Interrupt);
        if (session.Terminal is null) return new(SmtpRejection.TooManyTerminals);
        return new(new SmtpAnswer(SmtpReply.Create(250, SmtpReplies.Success(0, 0), $"attached as {user.Address}")) { Continues = true });
    }

    private static async ValueTask<SmtpAnswer> ServeAsync(SmtpSession session, WireConnection connection)
    {
        var time = session.Service.Time;
        var timeout = session.Service.Options.CommandTimeout;
        var heard = time.GetTimestamp();
        while (true)
        {
            while (!connection.IsDraining && session.Terminal!.TryTake(out var message))
            {
                if (await ShowAsync(connection, message!, timeout)) continue;
                session.NoteEnd("not-reading");
                return SmtpAnswer.ClientGone;
            }

            // Messages say nothing about the client: it has to be heard from.
            var left = timeout - time.GetElapsedTime(heard);
            switch (left <= TimeSpan.Zero ? LineStatus.TimedOut : await connection.ReadLineAsync(left, mayDrain: true, mayInterrupt: true))
            {
                case LineStatus.Interrupted: break;
                case LineStatus.Line: return Answer(session, CommandLine.Parse(connection.Line));
                case LineStatus.TooLong: return Stay(SmtpRejection.LineTooLong);
                case LineStatus.TimedOut: return SmtpRejection.TimedOut;
                case LineStatus.Draining: return SmtpRejection.ShuttingDown;
                default: return SmtpAnswer.ClientGone;
            }
        }
    }

    private static SmtpAnswer Answer(SmtpSession session, CommandLine line)
    {
        if (Ascii.EqualsIgnoreCase(line.Verb.Span, "QUIT"u8)) return SmtpReplies.Bye;
        if (Ascii.EqualsIgnoreCase(line.Verb.Span, "NOOP"u8)) return Stay(SmtpReplies.Ok);
        if (!Ascii.EqualsIgnoreCase(line.Verb.Span, "DETACH"u8)) return Stay(SmtpRejection.OnlyATerminal);
        session.Terminal!.Dispose();
        session.Terminal = null;
        return SmtpReplies.Detached;
    }

    private static SmtpAnswer Stay(SmtpAnswer answer) => answer with { Continues = true };

    // False when the client is gone or does not read.
    private static async ValueTask<bool> ShowAsync(WireConnection connection, TerminalMessage message, TimeSpan timeout)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"150 MESSAGE {message.Id} {message.Text.Length} {message.ReversePath}\r\n");
        Encoding.UTF8.GetBytes(head, connection.Output);
        var encoder = new DotTextEncoder();
        for (var text = message.Text; !text.IsEmpty; text = text[Math.Min(PieceLength, text.Length)..])
        {
            encoder.Write(text.Span[..Math.Min(PieceLength, text.Length)], connection.Output);
            if (!await connection.FlushIfLargeAsync(timeout)) return false;
        }

        encoder.End(connection.Output);
        return await connection.FlushAsync(timeout);
    }
}
