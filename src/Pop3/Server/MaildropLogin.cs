using Merpati.Auth;
using Merpati.Pop3.Server.Texts;
using Merpati.Storage;

namespace Merpati.Pop3.Server;

/// <summary>The end of every login, by whatever command: the maildrop is locked and opened (RFC 1939 §4). A failure of any of it leaves nothing locked.</summary>
internal static class MaildropLogin
{
    /// <summary>Waits for a check that was begun with the token of <see cref="Pop3Session.BeginWait"/>, and goes on with what it says.</summary>
    public static async ValueTask<Pop3Reply> FinishAsync(Pop3Session session, LoginTrial trial, ValueTask<LoginResult> check)
    {
        LoginResult result;
        try
        {
            result = await check;
        }
        catch (OperationCanceledException)
        {
            return session.Abandon();
        }
        catch (StoreException failure)
        {
            return session.RefuseLogin(trial, session.Classify(failure, Pop3Rejection.LoginUnavailable, Pop3Rejection.LoginUnavailable));
        }
        finally
        {
            session.EndWait();
        }

        return result is { Verdict: LoginVerdict.Granted, Identity: { } identity }
            ? await EnterAsync(session, trial, identity)
            : session.RefuseLogin(trial, ReasonOf(result.Verdict));
    }

    /// <summary>Opens the maildrop of somebody who has proved who he is.</summary>
    public static async ValueTask<Pop3Reply> EnterAsync(Pop3Session session, LoginTrial trial, Identity identity)
    {
        // RFC 2449 §8.1.1: said only to who has proved to be the user, since it tells when he was here.
        var delays = session.Surroundings.LoginDelays;
        if (delays.IsTooSoon(identity.AccountId)) return session.RefuseLogin(trial, Pop3Rejection.LoginTooSoon);
        if (await OpenAsync(session, identity) is { } failure) return session.RefuseLogin(trial, failure);
        delays.Note(identity.AccountId);
        session.Facts.Identity = identity;
        session.Facts.LoginWay = trial.Way;
        var maildrop = session.Maildrop;
        var user = identity.Address.Local;

        // RFC 6856 §2.1: without UTF-8 mode a client is not sent what is beyond ASCII.
        var phrase = user.IsAscii || session.Facts.IsUtf8 ? Pop3Phrase.MaildropOpened : Pop3Phrase.OwnMaildropOpened;
        return Pop3Reply.Ok(phrase, maildrop.Messages, maildrop.Octets).With(user.Value);
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
