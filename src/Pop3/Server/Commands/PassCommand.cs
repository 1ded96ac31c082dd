using Merpati.Auth;
using Merpati.Auth.Throttle;
using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage;

namespace Merpati.Pop3.Server.Commands;

/// <summary>PASS checks the password, locks the maildrop and opens it (RFC 1939 §4, §7). A failure of any of them leaves nothing locked.</summary>
internal static class PassCommand
{
    public static async ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        var loginName = session.Facts.LoginName ?? throw new InvalidOperationException("PASS without USER");

        // RFC 1939 §7: PASS comes immediately after USER, so another try begins with USER.
        session.Facts.LoginName = null;
        session.Phase = Pop3Phase.Authorization;
        var login = await session.Surroundings.Authenticator.CheckPasswordAsync(new LoginAttempt(session.ClientAddress, loginName), command.Rest, CancellationToken.None);
        if (login is not { Verdict: LoginVerdict.Granted, Identity: { } identity })
        {
            return session.RefuseLogin(loginName, ReasonOf(login.Verdict));
        }

        if (await OpenAsync(session, identity) is { } failure) return session.RefuseLogin(loginName, failure);
        session.Facts.Identity = identity;
        var maildrop = session.Maildrop;
        var local = identity.Address.Local;

        // RFC 6856 §2.1: without UTF-8 mode the client is sent ASCII.
        var phrase = local.IsAscii || session.Facts.IsUtf8 ? Pop3Phrase.MaildropOpened : Pop3Phrase.OwnMaildropOpened;
        return Pop3Reply.Ok(phrase, maildrop.Messages, maildrop.Octets).With(local.Value);
    }

    private static Pop3Rejection ReasonOf(LoginVerdict verdict) => verdict switch
    {
        LoginVerdict.Unavailable => Pop3Rejection.LoginUnavailable,
        LoginVerdict.Throttled => Pop3Rejection.LoginThrottled,
        _ => Pop3Rejection.BadLogin,
    };

    private static async ValueTask<Pop3Rejection?> OpenAsync(Pop3Session session, Identity identity)
    {
        var messages = session.Surroundings.Messages;
        IAsyncDisposable? held = null;
        try
        {
            held = await messages.TryLockMaildropAsync(identity.InboxId, CancellationToken.None);
            if (held is null) return Pop3Rejection.MaildropInUse;
            if (await messages.ReadMailboxAsync(identity.InboxId, CancellationToken.None) is not { } snapshot) return Pop3Rejection.MaildropGone;
            session.Open(new Maildrop(identity.InboxId, snapshot, held, snapshot.Retention ?? session.Surroundings.Options.DefaultRetention));
            held = null; // the maildrop's now
            return null;
        }
        catch (StoreException failure)
        {
            return session.Classify(failure, Pop3Rejection.MaildropUnreadable, Pop3Rejection.MaildropCorrupt);
        }
        finally
        {
            if (held is not null) await held.DisposeAsync();
        }
    }
}
