using System.Text;
using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// AUTH proves who the client is (RFC 4954). It has no security layer, so what the session knows stays as it is. It cannot come inside a
/// transaction, nor a second time.
/// </summary>
internal static class AuthCommand
{
    public static readonly SmtpCommand Row = new("AUTH", ExecuteAsync, SmtpPhase.Greeted, CommandFlags.Idle)
    {
        IsOffered = static service => service.Partners.Sasl is not null,
        Continuation = ContinueAsync,
        Help = ["AUTH mechanism [initial-response]", "Proves who you are."],
    };

    private const int MaxMechanismLength = 20; // RFC 4422 §3.1

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        if (session.Facts.IsAuthenticated) return new(SmtpRejection.AlreadyAuthenticated);
        var argument = line.Argument;
        var space = argument.Span.IndexOf((byte)' ');
        var name = space < 0 ? argument : argument[..space];
        var initial = space < 0 ? default : argument[(argument.Length - argument.Span[space..].TrimStart((byte)' ').Length)..];
        if (!IsMechanism(name.Span) || initial.Span.Contains((byte)' ')) return new(SmtpRejection.AuthSyntax);

        // RFC 3207 §4: where TLS is a must, nothing else is worth saying.
        if (SubmissionRules.NeedsTls(session)) return new(SmtpRejection.NeedTls);
        var mechanism = Encoding.ASCII.GetString(name.Span).ToUpperInvariant();
        if (SmtpAuthentication.Start(session, mechanism, out var exchange) is { } refusal) return new(refusal);
        session.Exchange = new AuthExchange(mechanism, exchange!);
        return BeginAsync(session, session.Exchange, initial);
    }

    private static async ValueTask<SmtpAnswer> BeginAsync(SmtpSession session, AuthExchange exchange, ReadOnlyMemory<byte> initial) =>
        Conclude(session, await exchange.BeginAsync(session, initial));

    private static async ValueTask<SmtpAnswer> ContinueAsync(SmtpSession session, WireConnection connection)
    {
        var longest = connection.MaxLineLength;
        connection.MaxLineLength = AuthExchange.MaxLineLength + "\r\n".Length;
        var status = await connection.ReadLineAsync(session.Service.Options.CommandTimeout, mayDrain: true);
        connection.MaxLineLength = longest;
        return Conclude(session, status switch
        {
            LineStatus.Line => await session.Exchange!.ContinueAsync(session, connection.Line),
            LineStatus.TooLong => SmtpRejection.AuthLineTooLong,
            LineStatus.TimedOut => SmtpRejection.TimedOut,
            LineStatus.Draining => SmtpRejection.ShuttingDown,
            _ => SmtpAnswer.ClientGone,
        });
    }

    private static SmtpAnswer Conclude(SmtpSession session, SmtpAnswer answer)
    {
        if (answer.Continues) return answer;
        session.Exchange?.Dispose();
        session.Exchange = null;
        return answer;
    }

    // RFC 4422 §3.1: letters, digits, hyphen and underscore; capitals, but clients are forgiven.
    private static bool IsMechanism(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > MaxMechanismLength) return false;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'-' or (byte)'_')) return false;
        }

        return true;
    }
}
