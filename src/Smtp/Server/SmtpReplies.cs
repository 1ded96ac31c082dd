using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Mail.Status;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server;

/// <summary>The replies that say yes and are always the same.</summary>
internal static class SmtpReplies
{
    public static readonly SmtpReply Ok = SmtpReply.Create(250, Success(0, 0), "Ok");
    public static readonly SmtpReply SenderOk = SmtpReply.Create(250, Success(1, 0), "Sender ok");
    public static readonly SmtpReply RecipientOk = SmtpReply.Create(250, Success(1, 5), "Recipient ok");

    // RFC 2034 §4: no enhanced code here, nothing has been decided yet.
    public static readonly SmtpReply SendText = SmtpReply.Create(354, null, "End data with <CR><LF>.<CR><LF>");

    // RFC 5321 §3.5.3: the same for every name, so that nobody can harvest names. 2.1.5, "address valid", would say too much.
    public static readonly SmtpReply CannotVerify = SmtpReply.Create(252, Success(0, 0), "Cannot verify, but will take the message and try");
    public static readonly SmtpReply CannotExpand = SmtpReply.Create(252, Success(0, 0), "Cannot expand, but will take the message and try");

    // RFC 6531 §3.7.4.2
    public static readonly SmtpReply CannotSayInAscii = SmtpReply.Create(252, Success(6, 8), "The answer is UTF-8, ask with the SMTPUTF8 parameter");
    public static readonly SmtpReply Authenticated = SmtpReply.Create(235, Success(7, 0), "Authenticated");
    public static readonly SmtpReply ReadyForTls = SmtpReply.Create(220, Success(0, 0), "Ready to start TLS");
    public static readonly SmtpReply Reversing = SmtpReply.Create(250, Success(0, 0), "OK now reversing the connection");
    public static readonly SmtpReply Detached = SmtpReply.Create(250, Success(0, 0), "Detached");
    public static readonly SmtpReply Bye = SmtpReply.Create(221, Success(0, 0), "Bye");

    /// <summary>RFC 5321 §3.4; null where the new address cannot be shown.</summary>
    public static SmtpReply WillForward(EmailAddress? newAddress) => newAddress is null
        ? SmtpReply.Create(251, Success(1, 5), "User not local; will forward")
        : SmtpReply.Create(251, Success(1, 5), takesUtf8: true, $"User not local; will forward to <{newAddress}>");

    /// <summary>A chunk that was taken, and more are to come (RFC 3030 §2).</summary>
    public static SmtpReply ChunkOk(long octets) =>
        SmtpReply.Create(250, Success(0, 0), string.Create(CultureInfo.InvariantCulture, $"{octets} octets received"));

    internal static EnhancedStatusCode Success(short subject, short detail) => new(2, subject, detail);
}
