using System.Text;
using Merpati.Auth.Sasl;
using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// AUTH logs in by a mechanism of SASL (RFC 5034). Without an argument it lists the mechanisms, as servers did before CAPA and some clients still ask.
/// </summary>
internal static class AuthCommand
{
    private const int MaxMechanismLength = 20; // RFC 4422 §3.1

    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        if (command.Count == 0) return new(List(session));
        session.ForgetUser();
        if (!IsMechanism(command.First.Span)) return new(Pop3Reply.Reject(Pop3Rejection.AuthSyntax));
        var mechanism = Encoding.ASCII.GetString(command.First.Span).ToUpperInvariant();
        return Start(session, mechanism, out var exchange) is { } refusal ? new(Pop3Reply.Reject(refusal)) : RunAsync(session, mechanism, exchange!, command.Second);
    }

    private static async ValueTask<Pop3Reply> RunAsync(Pop3Session session, string mechanism, ISaslExchange exchange, ReadOnlyMemory<byte> initial)
    {
        using (exchange) return await new AuthExchange(session, mechanism, exchange).RunAsync(initial);
    }

    private static Pop3Reply List(Pop3Session session)
    {
        session.Writer.Write(Pop3Reply.Ok(Pop3Phrase.MechanismList));
        foreach (var mechanism in session.Mechanisms) session.Writer.WriteLine(mechanism);
        session.Writer.Write(".\r\n"u8);
        return Pop3Reply.Written;
    }

    private static Pop3Rejection? Start(Pop3Session session, string mechanism, out ISaslExchange? exchange)
    {
        var sasl = session.Surroundings.Partners.Sasl!;
        var context = session.SaslContext;
        exchange = sasl.Start(mechanism, context);
        if (exchange is not null) return null;
        if (context.TakesPlainPasswords) return Pop3Rejection.UnknownMechanism;

        // RFC 5034 §4: it would be taken on a connection that nobody can listen to.
        using var underTls = sasl.Start(mechanism, context with { TakesPlainPasswords = true });
        return underTls is null ? Pop3Rejection.UnknownMechanism : Pop3Rejection.TlsRequired;
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
