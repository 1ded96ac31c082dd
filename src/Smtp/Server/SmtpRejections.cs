using System.Globalization;
using Merpati.Mail.Directory;
using Merpati.Mail.Intake;
using Merpati.Mail.Status;
using Microsoft.Extensions.Logging;

namespace Merpati.Smtp.Server;

/// <summary>The one table of rejections: reply code, enhanced code, words, budget, log level and metric tag.</summary>
internal static class SmtpRejections
{
    private static readonly SmtpRejectionRow[] Rows = ByValue(
        Error(SmtpRejection.LineTooLong, 500, "5.5.2", "Line too long", "line-too-long"),
        Error(SmtpRejection.BadOctets, 500, "5.5.2", "Commands are printable ASCII", "bad-octets"),
        Error(SmtpRejection.EmptyCommand, 500, "5.5.2", "Command expected", "empty-command"),
        Error(SmtpRejection.UnknownCommand, 500, "5.5.2", "Command not recognized", "unknown-command"),
        Error(SmtpRejection.NotImplemented, 502, "5.5.1", "Command not implemented", "not-implemented"),
        Error(SmtpRejection.UnexpectedArgument, 501, "5.5.4", "This command takes no argument", "unexpected-argument"),
        Error(SmtpRejection.BadClientName, 501, "5.5.4", "Your host name or address literal expected", "bad-client-name"),
        Error(SmtpRejection.NeedHello, 503, "5.5.1", "Send HELO or EHLO first", "need-hello"),
        Error(SmtpRejection.NestedMail, 503, "5.5.1", "Nested MAIL command", "nested-mail"),
        Error(SmtpRejection.InTransaction, 503, "5.5.1", "Not inside a transaction, finish it or send RSET", "in-transaction"),
        Error(SmtpRejection.NeedMail, 503, "5.5.1", "Send MAIL first", "need-mail"),
        Error(SmtpRejection.NeedRcpt, 503, "5.5.1", "Send RCPT first", "need-rcpt"),
        Error(SmtpRejection.BadMailSyntax, 501, "5.5.4", "Syntax: MAIL FROM:<address> [parameters]", "bad-mail-syntax"),
        Error(SmtpRejection.BadReversePath, 501, "5.1.7", "Bad sender address, expected as in MAIL FROM:<alice@example.org>", "bad-reverse-path"),
        Error(SmtpRejection.BadRcptSyntax, 501, "5.5.4", "Syntax: RCPT TO:<address> [parameters]", "bad-rcpt-syntax"),
        Error(SmtpRejection.BadForwardPath, 501, "5.1.3", "Bad recipient address, expected as in RCPT TO:<bob@example.org>", "bad-forward-path"),
        Error(SmtpRejection.BadParameter, 501, "5.5.4", "Malformed or repeated parameter", "bad-parameter"),
        Error(SmtpRejection.UnknownParameter, 555, "5.5.4", "Parameter not recognized", "unknown-parameter"),
        Error(SmtpRejection.VrfyWithoutName, 501, "5.5.4", "Syntax: VRFY name", "vrfy-without-name"),
        Error(SmtpRejection.UnknownHelpTopic, 504, "5.5.4", "No help on this topic", "unknown-help-topic"),

        // An honest list of a thousand recipients has names that are gone: they are no errors, yet nobody may try names for ever.
        Idle(SmtpRejection.NoSuchUser, 550, "5.1.1", "No such user here", "no-such-user"),
        Idle(SmtpRejection.MailboxDisabled, 550, "5.2.1", "This mailbox takes no mail", "mailbox-disabled"),
        Idle(SmtpRejection.RelayingDenied, 550, "5.7.1", "Relaying denied", "relaying-denied"),
        Free(SmtpRejection.DirectoryUnavailable, 451, "4.3.0", "The directory does not answer, try again later", "directory-unavailable"),

        // RFC 5321 §4.5.3.1.10: 452, never 552: the client sends the rest in another transaction.
        Free(SmtpRejection.TooManyRecipients, 452, "4.5.3", "Too many recipients, send the rest in another transaction", "too-many-recipients"),
        Free(SmtpRejection.NoValidRecipients, 554, "5.5.1", "No valid recipients", "no-valid-recipients"),

        Idle(SmtpRejection.MessageTooBig, 552, "5.3.4", "Message larger than the limit", "message-too-big"),
        Idle(SmtpRejection.BareNewline, 550, "5.6.0", "Message contains a bare CR or LF, lines end in CRLF", "bare-newline"),
        Idle(SmtpRejection.NulInMessage, 550, "5.6.0", "Message contains a NUL", "nul-in-message"),
        Free(SmtpRejection.NoSpace, 452, "4.3.1", "Not enough room on the disk, try again later", "no-space") with { Level = LogLevel.Warning },
        Free(SmtpRejection.StoreFailed, 451, "4.3.0", "The message could not be stored, try again later", "store-failed") with { Level = LogLevel.Error },
        Idle(SmtpRejection.MailLoop, 554, "5.4.6", "Mail loop, too many Received fields", "mail-loop"),
        Free(SmtpRejection.RecipientGone, 451, "4.2.1", "A mailbox went away meanwhile, try again", "recipient-gone"),

        // What came with the extensions, forwards, quotas and terminals. RFC 6531 §3.5, RFC 5321 §3.4, RFC 3030 §2, RFC 2920 §3.1.
        Idle(SmtpRejection.NonAsciiAddress, 553, "5.6.7", "An address beyond ASCII needs the parameter SMTPUTF8 of MAIL", "non-ascii-address"),
        Idle(SmtpRejection.UserMoved, 551, "5.1.6", "User not local; the new address is not for everyone", "user-moved"),
        Idle(SmtpRejection.NotCarried, 550, "5.7.1", "This host does not carry mail to other hosts", "not-carried"),
        Idle(SmtpRejection.MailboxFull, 452, "4.2.2", "This mailbox is full, try again later", "mailbox-full"),
        Idle(SmtpRejection.LargerThanQuota, 552, "5.2.2", "Message larger than this mailbox can hold", "larger-than-quota"),
        Idle(SmtpRejection.MayNotPost, 550, "5.7.2", "This group takes no messages from you", "may-not-post"),
        Idle(SmtpRejection.NotAttached, 450, "4.2.1", "No terminal of this user is attached, try again later", "not-attached"),
        Idle(SmtpRejection.NoTerminal, 550, "5.2.1", "There is no terminal that takes messages", "no-terminal"),
        Idle(SmtpRejection.AliasLoop, 550, "5.4.6", "The aliases of this address lead round in a circle", "alias-loop") with { Level = LogLevel.Warning },
        Idle(SmtpRejection.ForeignAuthor, 553, "5.7.1", "From and Sender must name an address of your own", "foreign-author"),
        Idle(SmtpRejection.NoAuthor, 554, "5.6.0", "Message has no From field that can be read", "no-author"),
        Error(SmtpRejection.BadChunk, 501, "5.5.4", "Syntax: BDAT octets [LAST]", "bad-chunk"),
        Error(SmtpRejection.ChunksBegun, 503, "5.5.1", "The message has begun in chunks, go on with BDAT or drop it with RSET", "chunks-begun"),
        Error(SmtpRejection.ChunkFailed, 503, "5.5.1", "An earlier chunk failed, begin again", "chunk-failed"),
        Error(SmtpRejection.BinaryNeedsChunks, 503, "5.5.1", "What MAIL called BINARYMIME comes with BDAT", "binary-needs-chunks"),
        Free(SmtpRejection.OutOfTurn, 421, "4.7.0", "You do not wait for your turn", "out-of-turn"),

        Free(SmtpRejection.TooManyErrors, 421, "4.7.0", "Too many errors", "too-many-errors"),
        Free(SmtpRejection.TooManyIdleCommands, 421, "4.7.0", "Too many commands without a message", "too-many-idle-commands"),
        Free(SmtpRejection.WrongProtocol, 421, "4.7.0", "This is a mail server", "wrong-protocol"),
        Free(SmtpRejection.TimedOut, 421, "4.4.2", "Timed out waiting for you", "timed-out"),
        Free(SmtpRejection.ShuttingDown, 421, "4.3.2", "The server is stopping, try again later", "shutting-down"),
        Free(SmtpRejection.ServerFull, 421, "4.3.2", "Too many connections, try again later", "server-full"),
        Free(SmtpRejection.AddressFull, 421, "4.7.0", "Too many connections from your address", "address-full"),

        // RFC 4954 §6, RFC 3207 §4, RFC 6409 §6.1
        Error(SmtpRejection.NeedAuthentication, 530, "5.7.0", "Authentication required", "need-authentication"),
        Error(SmtpRejection.NeedTls, 530, "5.7.0", "Must issue a STARTTLS command first", "need-tls"),
        Idle(SmtpRejection.NotYourAddress, 553, "5.7.1", "Not an address of yours", "not-your-address"),
        Error(SmtpRejection.UnknownMechanism, 504, "5.5.4", "Mechanism not offered", "unknown-mechanism"),
        Error(SmtpRejection.MechanismNeedsTls, 538, "5.7.11", "Encryption required for this mechanism", "mechanism-needs-tls"),
        Error(SmtpRejection.AlreadyAuthenticated, 503, "5.5.1", "Already authenticated", "already-authenticated"),
        Error(SmtpRejection.AuthCancelled, 501, "5.7.0", "Authentication cancelled", "auth-cancelled"),
        Error(SmtpRejection.AuthMalformed, 501, "5.5.2", "Not base64, or not what the mechanism expects", "auth-malformed"),
        Error(SmtpRejection.AuthSyntax, 501, "5.5.4", "Syntax: AUTH mechanism [initial-response]", "auth-syntax"),
        Error(SmtpRejection.AuthLineTooLong, 500, "5.5.6", "Authentication line too long", "auth-line-too-long"),
        Error(SmtpRejection.AuthRefused, 535, "5.7.8", "Authentication failed", "auth-refused") with { Level = LogLevel.Information },
        Free(SmtpRejection.AuthUnavailable, 454, "4.7.0", "Authentication is not possible now, try again later", "auth-unavailable") with { Level = LogLevel.Warning },
        Idle(SmtpRejection.AuthThrottled, 454, "4.7.0", "Too many failed logins, try again later", "auth-throttled"),
        Free(SmtpRejection.TooManyAuthFailures, 421, "4.7.0", "Too many failed logins", "too-many-auth-failures") with { Level = LogLevel.Information },
        Error(SmtpRejection.AlreadySecure, 503, "5.5.1", "TLS is on already", "already-secure"),

        // RFC 5321 §3.5, RFC 5248 §2.4, RFC 6531 §3.7.4.2
        Error(SmtpRejection.NonAsciiName, 553, "5.6.7", "A name beyond ASCII needs the parameter SMTPUTF8", "non-ascii-name"),
        Idle(SmtpRejection.AmbiguousName, 553, "5.1.4", "Ambiguous, it may be", "ambiguous-name"),
        Error(SmtpRejection.ExpnWithoutName, 501, "5.5.4", "Syntax: EXPN group", "expn-without-name"),
        Idle(SmtpRejection.NotAGroup, 550, "5.2.4", "Not a group", "not-a-group"),
        Idle(SmtpRejection.GroupHidden, 550, "5.7.2", "This group does not show its members", "group-hidden"),
        Idle(SmtpRejection.NeedsUtf8Reply, 550, "5.6.8", "The answer is UTF-8, ask with the SMTPUTF8 parameter", "needs-utf8-reply"),

        // RFC 1985 §5.2
        Error(SmtpRejection.BadNodeName, 501, "5.5.4", "Syntax: ETRN domain, @domain or #queue", "bad-node-name"),
        Idle(SmtpRejection.NodeRefused, 459, "4.7.1", "Not allowed to start a queue run", "node-refused"),
        Idle(SmtpRejection.NodeNotQueued, 458, "4.3.0", "Unable to queue messages for node", "node-not-queued"),

        // RFC 2645 §5.2.1
        Error(SmtpRejection.BadDomainList, 501, "5.5.4", "Syntax: ATRN [domain,...]", "bad-domain-list"),
        Idle(SmtpRejection.ReversalRefused, 450, "4.7.1", "ATRN request refused", "reversal-refused"),
        Idle(SmtpRejection.ReversalFailed, 451, "4.3.0", "Unable to process ATRN request now", "reversal-failed") with { Level = LogLevel.Warning },
        Idle(SmtpRejection.NoMailWaits, 453, "4.0.0", "You have no mail", "no-mail-waits"),

        Idle(SmtpRejection.TooManyTerminals, 450, "4.7.0", "You have as many terminals attached as one may have", "too-many-terminals"),
        Error(SmtpRejection.OnlyATerminal, 503, "5.5.1", "Only NOOP, DETACH and QUIT on a terminal", "only-a-terminal"));

    /// <summary>The row of a rejection.</summary>
    public static SmtpRejectionRow Of(SmtpRejection rejection) => Rows[(int)rejection];

    /// <summary>What the client is told of the intake's verdict; null when it was accepted.</summary>
    public static SmtpRejection? Of(IntakeVerdict verdict) => verdict switch
    {
        IntakeVerdict.Accepted => null,
        IntakeVerdict.TooBig => SmtpRejection.MessageTooBig,
        IntakeVerdict.NoSpace => SmtpRejection.NoSpace,
        IntakeVerdict.Loop => SmtpRejection.MailLoop,
        IntakeVerdict.RecipientGone => SmtpRejection.RecipientGone,
        IntakeVerdict.OverQuota => SmtpRejection.MailboxFull,
        IntakeVerdict.NotAttached => SmtpRejection.NotAttached,
        IntakeVerdict.ForeignAuthor => SmtpRejection.ForeignAuthor,
        IntakeVerdict.NoAuthor => SmtpRejection.NoAuthor,
        _ => SmtpRejection.StoreFailed,
    };

    /// <summary>What the client is told of a recipient's standing; null when mail for it is taken.</summary>
    public static SmtpRejection? Of(RecipientStanding standing) => standing switch
    {
        RecipientStanding.Local or RecipientStanding.Forwarded => null,
        RecipientStanding.Moved => SmtpRejection.UserMoved,
        RecipientStanding.NoSuchUser => SmtpRejection.NoSuchUser,
        RecipientStanding.Disabled => SmtpRejection.MailboxDisabled,
        RecipientStanding.Foreign => SmtpRejection.RelayingDenied,
        RecipientStanding.NotCarried => SmtpRejection.NotCarried,
        RecipientStanding.OverQuota => SmtpRejection.MailboxFull,
        RecipientStanding.LargerThanQuota => SmtpRejection.LargerThanQuota,
        RecipientStanding.MayNotPost => SmtpRejection.MayNotPost,
        RecipientStanding.NotAttached => SmtpRejection.NotAttached,
        RecipientStanding.NoTerminal => SmtpRejection.NoTerminal,
        RecipientStanding.Loop => SmtpRejection.AliasLoop,
        _ => SmtpRejection.DirectoryUnavailable,
    };

    private static SmtpRejectionRow Error(SmtpRejection rejection, int code, string status, string text, string tag) =>
        new(rejection, code, Status(status), text) { Tag = tag, Cost = RejectionCost.Error };

    private static SmtpRejectionRow Idle(SmtpRejection rejection, int code, string status, string text, string tag) =>
        new(rejection, code, Status(status), text) { Tag = tag, Cost = RejectionCost.Idle };

    private static SmtpRejectionRow Free(SmtpRejection rejection, int code, string status, string text, string tag) =>
        new(rejection, code, Status(status), text) { Tag = tag };

    // Every subject in the table is one digit.
    private static EnhancedStatusCode Status(string text) =>
        new((byte)(text[0] - '0'), (short)(text[2] - '0'), short.Parse(text.AsSpan(4), CultureInfo.InvariantCulture));

    private static SmtpRejectionRow[] ByValue(params SmtpRejectionRow[] rows)
    {
        var byValue = new SmtpRejectionRow[Enum.GetValues<SmtpRejection>().Length];
        foreach (var row in rows) byValue[(int)row.Rejection] = row;
        return byValue;
    }
}
