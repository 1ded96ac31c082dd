namespace Merpati.Progin.Server;

/// <summary>Why a command was not carried out. <see cref="ProginRejections"/> has the words for each.</summary>
internal enum ProginRejection
{
    UnknownCommand,
    LineTooLong,
    NotPrintable,
    NotProgin,
    UnexpectedArgument,
    BadClientName,
    LoginSyntax,
    BadName,
    PasswordNotUtf8,
    RecipientSyntax,

    HelloFirst,
    MailFirst,
    SenderFirst,
    SenderGiven,
    NoRecipient,
    FetchFirst,
    LoginFirst,
    AlreadyLoggedIn,

    TlsRequired,
    BadLogin,
    LoginThrottled,
    LoginUnavailable,

    NoSuchUser,
    UserMoved,
    UserDisabled,
    NotCarried,
    OverQuota,
    MayNotPost,
    AliasLoop,
    DirectoryUnavailable,
    TooManyRecipients,
    TooManyAttempts,

    TextTooBig,
    SubjectTooLong,
    NulInText,
    BareCarriageReturn,
    TextNotUtf8,
    NoRoom,
    MessageLoop,
    RecipientGone,
    NotYourAddress,
    StoreFailed,

    MailboxUnreadable,
    MailboxGone,

    TooManyErrors,
    LoginTimedOut,
    IdleTimedOut,
    TextTimedOut,
    Draining,
    ServerFull,
    AddressFull,
}
