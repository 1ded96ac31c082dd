using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Throttle;
using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>APOP proves with a digest over the banner's timestamp that the client knows the password (RFC 1939 §7).</summary>
internal static class ApopCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        session.ForgetUser();
        var digest = command.Second;
        if (!IsDigest(digest.Span)) return new(Pop3Reply.Reject(Pop3Rejection.NoDigest));
        var timestamp = Encoding.ASCII.GetBytes(session.Timestamp ?? throw new InvalidOperationException("APOP without a timestamp"));
        if (NameArgument.Read(command.First.Span) is not { } loginName) return new(Pop3Reply.Reject(Pop3Rejection.BadName));
        var attempt = new LoginAttempt(session.ClientAddress, loginName);
        var check = session.Surroundings.Partners.Apop!.CheckDigestAsync(attempt, timestamp, digest, session.BeginWait());
        return MaildropLogin.FinishAsync(session, new LoginTrial("APOP", loginName), check);
    }

    // RFC 1939 §7: lower case; clients are forgiven.
    private static bool IsDigest(ReadOnlySpan<byte> text)
    {
        if (text.Length != ApopDigest.Length) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit((char)c)) return false;
        }

        return true;
    }
}
