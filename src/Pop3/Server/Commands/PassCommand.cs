using Merpati.Auth.Throttle;
using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>PASS checks the password of whom USER has named (RFC 1939 §7).</summary>
internal static class PassCommand
{
    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var loginName = session.Facts.LoginName ?? throw new InvalidOperationException("PASS without USER");

        // RFC 1939 §7: PASS comes immediately after USER, so another try begins with USER.
        session.ForgetUser();
        var attempt = new LoginAttempt(session.ClientAddress, loginName);
        var check = session.Surroundings.Authenticator.CheckPasswordAsync(attempt, command.Rest, session.BeginWait());
        return MaildropLogin.FinishAsync(session, new LoginTrial("PASS", loginName), check);
    }
}
