namespace Merpati.Pop3.Server;

/// <summary>One row per rejection: its text, as <see cref="Pop3Reply"/> reads it, and whether it counts as a bad command.</summary>
/// <param name="Text">What follows "-ERR " in English, a response code (RFC 2449 §8, RFC 3206) in front where there is one.</param>
/// <param name="IsError">Whether it is the client's fault, so that too many of them end the session.</param>
internal sealed record Pop3RejectionRow(string Text, bool IsError);

/// <summary>The words for every rejection.</summary>
internal static class Pop3Rejections
{
    private static readonly Pop3RejectionRow[] Rows = BuildTable();

    /// <summary>The row of a rejection.</summary>
    public static Pop3RejectionRow Of(Pop3Rejection rejection) => Rows[(int)rejection];

    private static Pop3RejectionRow Row(Pop3Rejection rejection) => rejection switch
    {
        Pop3Rejection.UnknownCommand => Error("Unknown command."),
        Pop3Rejection.LineTooLong => Error("The command line is too long."),
        Pop3Rejection.NotPrintable => Error("Commands are made of printable ASCII characters."),
        Pop3Rejection.NotUtf8 => Error("A password is UTF-8 without NUL."),
        Pop3Rejection.BadName => Error("A login name is UTF-8 without control characters."),
        Pop3Rejection.NotPop3 => Error("This is a POP3 server."),
        Pop3Rejection.NotOffered => Error("The %w command is not offered here."),
        Pop3Rejection.TooManyArguments => Error("Too many arguments for the %w command."),
        Pop3Rejection.MissingArgument => Error("Missing argument for the %w command."),
        Pop3Rejection.BadLanguageTag => Error("That is not a language tag."),
        Pop3Rejection.UnknownLanguage => NoError("The server does not know that language, LANG lists those it knows."),
        Pop3Rejection.NotLoggedIn => Error("Log in first."),
        Pop3Rejection.AlreadyLoggedIn => Error("You are already logged in."),
        Pop3Rejection.UserFirst => Error("Give your name with USER first."),
        Pop3Rejection.TlsRequired => Error("A secure connection is needed before a password is taken."),
        Pop3Rejection.AlreadySecure => Error("TLS is active already."),
        Pop3Rejection.InputBehindStls => NoError("Nothing may follow STLS before the TLS handshake."),
        Pop3Rejection.StlsAfterUtf8 => Error("STLS comes before UTF8."),
        Pop3Rejection.AuthSyntax => Error("That is no name of a mechanism."),
        Pop3Rejection.UnknownMechanism => Error("That mechanism is not offered here."),
        Pop3Rejection.AuthCancelled => Error("Authentication cancelled."),
        Pop3Rejection.AuthMalformed => Error("That is not base64, or not what the mechanism expects."),
        Pop3Rejection.AuthLineTooLong => Error("That line is too long for any mechanism."),
        Pop3Rejection.NoDigest => Error("A digest is made of 32 hexadecimal digits."),

        // RFC 3206 §4 and §5: a client may ask its user for another password after [AUTH], and after nothing else.
        Pop3Rejection.BadLogin => NoError("[AUTH] Invalid login name or password."),
        Pop3Rejection.LoginUnavailable => NoError("[SYS/TEMP] Logins cannot be checked now, try again later."),
        Pop3Rejection.LoginThrottled => NoError("[SYS/TEMP] Too many logins have failed, try again later."), // not [AUTH]: another password does not help
        Pop3Rejection.LoginTooSoon => NoError("[LOGIN-DELAY] Your last login was too short a while ago."), // RFC 2449 §8.1.1
        Pop3Rejection.MaildropInUse => NoError("[IN-USE] Another session has this maildrop open."), // RFC 2449 §8.1.2
        Pop3Rejection.MaildropUnreadable => NoError("[SYS/TEMP] The maildrop cannot be opened now, try again later."),
        Pop3Rejection.MaildropCorrupt => NoError("[SYS/PERM] The maildrop is damaged, tell your administrator."),
        Pop3Rejection.MaildropGone => NoError("[SYS/PERM] There is no such maildrop any more."),
        _ => MessageRow(rejection),
    };

    private static Pop3RejectionRow MessageRow(Pop3Rejection rejection) => rejection switch
    {
        Pop3Rejection.NotANumber => Error("That is not a number."),
        Pop3Rejection.NumberTooLarge => Error("That number is too large."),
        Pop3Rejection.NoMessageZero => Error("Message numbers begin at 1."),
        Pop3Rejection.NoSuchMessage => Error("No such message, only %m in maildrop."),
        Pop3Rejection.MessageDeleted => Error("Message %n has been deleted."),
        Pop3Rejection.AlreadyDeleted => Error("Message %n is already deleted."),
        Pop3Rejection.MessageGone => NoError("Message %n is gone, somebody else removed it."),
        Pop3Rejection.MessageUnreadable => NoError("[SYS/TEMP] Message %n cannot be read now, try again later."),
        Pop3Rejection.MessageCorrupt => NoError("[SYS/PERM] Message %n is damaged, tell your administrator."),
        Pop3Rejection.MessageNeedsUtf8 => NoError("[UTF8] The header of message %n is in UTF-8, give the UTF8 command before you log in."), // RFC 6856 §5
        Pop3Rejection.NotRemoved => NoError("some deleted messages not removed"), // RFC 1939 §6

        Pop3Rejection.TooManyErrors => NoError("Too many errors, closing the connection."),
        Pop3Rejection.LoginTimedOut => NoError("No login in time, closing the connection."),
        Pop3Rejection.IdleTimedOut => NoError("Idle for too long, closing the connection, nothing was removed."),
        Pop3Rejection.Draining => NoError("[SYS/TEMP] The server is stopping, nothing was removed."),
        Pop3Rejection.ServerFull => NoError("[SYS/TEMP] Too many connections, try again later."),
        Pop3Rejection.AddressFull => NoError("[SYS/TEMP] Too many connections from your address, try again later."),
        _ => throw new ArgumentOutOfRangeException(nameof(rejection), rejection, "a rejection without words"),
    };

    private static Pop3RejectionRow Error(string text) => new(text, IsError: true);

    private static Pop3RejectionRow NoError(string text) => new(text, IsError: false);

    private static Pop3RejectionRow[] BuildTable() => Array.ConvertAll(Enum.GetValues<Pop3Rejection>(), Row);
}
