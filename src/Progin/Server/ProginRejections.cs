using Merpati.Auth;
using Merpati.Mail.Directory;
using Merpati.Mail.Intake;

namespace Merpati.Progin.Server;

/// <summary>One row per rejection.</summary>
/// <param name="Text">What follows "ERR ", ASCII; "%w" is the place of a word.</param>
/// <param name="IsError">Whether it is a bad command, so that too many of them end the session.</param>
internal sealed record ProginRejectionRow(string Text, bool IsError);

/// <summary>The words for every rejection, and the rejection for what directory, intake and login say.</summary>
internal static class ProginRejections
{
    private static readonly ProginRejectionRow[] Rows = Array.ConvertAll(Enum.GetValues<ProginRejection>(), Row);

    /// <summary>The row of a rejection.</summary>
    public static ProginRejectionRow Of(ProginRejection rejection) => Rows[(int)rejection];

    /// <summary>Why a recipient is refused; null when it is not.</summary>
    public static ProginRejection? Of(RecipientStanding standing) => standing switch
    {
        RecipientStanding.Local or RecipientStanding.Forwarded => null,
        RecipientStanding.NoSuchUser => ProginRejection.NoSuchUser,
        RecipientStanding.Moved => ProginRejection.UserMoved,
        RecipientStanding.Disabled => ProginRejection.UserDisabled,
        RecipientStanding.OverQuota or RecipientStanding.LargerThanQuota => ProginRejection.OverQuota,
        RecipientStanding.MayNotPost => ProginRejection.MayNotPost,
        RecipientStanding.Loop => ProginRejection.AliasLoop,
        RecipientStanding.Foreign or RecipientStanding.NotCarried => ProginRejection.NotCarried,
        _ => ProginRejection.DirectoryUnavailable,
    };

    /// <summary>Why a message is refused; null when it is not.</summary>
    public static ProginRejection? Of(IntakeVerdict verdict) => verdict switch
    {
        IntakeVerdict.Accepted => null,
        IntakeVerdict.TooBig => ProginRejection.TextTooBig,
        IntakeVerdict.NoSpace => ProginRejection.NoRoom,
        IntakeVerdict.Loop => ProginRejection.MessageLoop,
        IntakeVerdict.RecipientGone => ProginRejection.RecipientGone,
        IntakeVerdict.OverQuota => ProginRejection.OverQuota,
        IntakeVerdict.ForeignAuthor or IntakeVerdict.NoAuthor => ProginRejection.NotYourAddress,
        _ => ProginRejection.StoreFailed,
    };

    /// <summary>Why a login is refused.</summary>
    public static ProginRejection Of(LoginVerdict verdict) => verdict switch
    {
        LoginVerdict.Throttled => ProginRejection.LoginThrottled,
        LoginVerdict.Unavailable => ProginRejection.LoginUnavailable,
        _ => ProginRejection.BadLogin,
    };

    private static ProginRejectionRow Row(ProginRejection rejection) => rejection switch
    {
        ProginRejection.UnknownCommand => Error("Unknown command."),
        ProginRejection.LineTooLong => Error("The command line is too long."),
        ProginRejection.NotPrintable => Error("Commands are made of printable characters."),
        ProginRejection.NotProgin => Error("This is a Progin server."),
        ProginRejection.UnexpectedArgument => Error("%w takes no argument."),
        ProginRejection.BadClientName => Error("HELO takes at most one word of ASCII."),
        ProginRejection.LoginSyntax => Error("%w takes a name and a password."),
        ProginRejection.BadName => Error("A name is UTF-8 without control characters."),
        ProginRejection.PasswordNotUtf8 => Error("A password is UTF-8 without NUL."),
        ProginRejection.RecipientSyntax => Error("RCPT takes one name or address."),

        ProginRejection.HelloFirst => Error("Say HELO first."),
        ProginRejection.MailFirst => Error("Say MAIL first."),
        ProginRejection.SenderFirst => Error("Say SNDR first."),
        ProginRejection.SenderGiven => Error("There is a sender already, MAIL begins a new message."),
        ProginRejection.NoRecipient => Error("There is no recipient, say RCPT first."),
        ProginRejection.FetchFirst => Error("Say FTCH first."),
        ProginRejection.LoginFirst => Error("Say LGIN first."),
        ProginRejection.AlreadyLoggedIn => Error("You are already logged in, FTCH begins anew."),

        ProginRejection.TlsRequired => Error("A secure connection is needed before a password is taken."),
        ProginRejection.BadLogin => NoError("Wrong name or password."),
        ProginRejection.LoginThrottled => NoError("Too many logins have failed, try again later."),
        ProginRejection.LoginUnavailable => NoError("Logins cannot be checked now, try again later."),
        _ => MessageRow(rejection),
    };

    private static ProginRejectionRow MessageRow(ProginRejection rejection) => rejection switch
    {
        ProginRejection.NoSuchUser => NoError("There is no such user."),
        ProginRejection.UserMoved => NoError("The user has another address now%w."),
        ProginRejection.UserDisabled => NoError("The user takes no mail."),
        ProginRejection.NotCarried => NoError("Mail for that address is not carried from here."),
        ProginRejection.OverQuota => NoError("The mailbox is full."),
        ProginRejection.MayNotPost => NoError("You may not send to that group."),
        ProginRejection.AliasLoop => NoError("That address leads round in a circle."),
        ProginRejection.DirectoryUnavailable => NoError("The user cannot be looked up now, try again later."),
        ProginRejection.TooManyRecipients => NoError("Too many recipients."),
        ProginRejection.TooManyAttempts => NoError("Too many recipients were tried, closing the connection."),

        ProginRejection.TextTooBig => NoError("The text is too big."),
        ProginRejection.SubjectTooLong => NoError("The subject is too long."),
        ProginRejection.NulInText => NoError("The text holds a NUL."),
        ProginRejection.BareCarriageReturn => NoError("The text holds a CR that ends no line."),
        ProginRejection.TextNotUtf8 => NoError("The text is not UTF-8."),
        ProginRejection.NoRoom => NoError("There is no room on the server now, try again later."),
        ProginRejection.MessageLoop => NoError("The message goes round in a loop."),
        ProginRejection.RecipientGone => NoError("A recipient is gone, begin the message anew."),
        ProginRejection.NotYourAddress => NoError("You may not send under that address."),
        ProginRejection.StoreFailed => NoError("The message cannot be stored now, try again later."),

        ProginRejection.MailboxUnreadable => NoError("The mailbox cannot be read now, try again later."),
        ProginRejection.MailboxGone => NoError("There is no such mailbox any more."),

        ProginRejection.TooManyErrors => NoError("Too many errors, closing the connection."),
        ProginRejection.LoginTimedOut => NoError("No login in time, closing the connection."),
        ProginRejection.IdleTimedOut => NoError("Idle for too long, closing the connection."),
        ProginRejection.TextTimedOut => NoError("The text comes too slowly, closing the connection."),
        ProginRejection.Draining => NoError("The server is stopping."),
        ProginRejection.ServerFull => NoError("Too many connections, try again later."),
        ProginRejection.AddressFull => NoError("Too many connections from your address, try again later."),
        _ => throw new ArgumentOutOfRangeException(nameof(rejection), rejection, "a rejection without words"),
    };

    private static ProginRejectionRow Error(string text) => new(text, IsError: true);

    private static ProginRejectionRow NoError(string text) => new(text, IsError: false);
}
