using Merpati.Auth;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Smtp.Server;

/// <summary>
/// What a session must be before it may send, and under which addresses (RFC 6409 §4.3, §6.1). Who has authenticated is held to his addresses on
/// every listener: else port 25 would be the way round.
/// </summary>
internal static class SubmissionRules
{
    /// <summary>Whether plain passwords may travel on the session's connection.</summary>
    public static bool IsConfidential(SmtpSession session) => session.Facts.IsTls || session.Service.Options.RequireTls switch
    {
        TlsRequirement.Never => true,
        TlsRequirement.Always => false,
        _ => session.IsLoopback,
    };

    /// <summary>Whether the listener is one where nothing is to be had without TLS, and there is none yet.</summary>
    public static bool NeedsTls(SmtpSession session) => session.Service.Options.Role == SmtpRole.Submission && !IsConfidential(session);

    /// <summary>Why the session may open no transaction; null when it may.</summary>
    public static SmtpRejection? FaultOf(SmtpSession session)
    {
        // RFC 3207 §4, RFC 4954 §6
        if (NeedsTls(session)) return SmtpRejection.NeedTls;
        return session.Service.Options.Role == SmtpRole.Submission && !session.Facts.IsAuthenticated ? SmtpRejection.NeedAuthentication : null;
    }

    /// <summary>Opens the transaction if its reverse-path is one that the client may use.</summary>
    public static ValueTask<SmtpAnswer> AskAsync(SmtpSession session, SmtpTransaction transaction)
    {
        var address = transaction.ReversePath.Address;
        if (address is not null && session.Facts.Submitter is { } submitter) return AskAsync(session, transaction, submitter, address);
        session.Open(transaction);
        return new(SmtpReplies.SenderOk);
    }

    private static async ValueTask<SmtpAnswer> AskAsync(SmtpSession session, SmtpTransaction transaction, Submitter submitter, EmailAddress address)
    {
        try
        {
            var may = session.Service.Partners.AddressBook is { } book
                ? await book.MaySendAsAsync(submitter, address, CancellationToken.None)
                : address.Domain.Equals(submitter.Address.Domain) && address.Local.Key == submitter.Address.Local.Key;
            if (!may) return SmtpAnswer.Refuse(SmtpRejection.NotYourAddress, transaction.ReversePath);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What keeps the addresses throws what it likes, and this project knows none of it. The client may try again.
            SmtpLog.AddressNotJudged(session.Service.Logger, failure, submitter.Address);
            return SmtpRejection.DirectoryUnavailable;
        }

        session.Open(transaction);
        return SmtpReplies.SenderOk;
    }
}
