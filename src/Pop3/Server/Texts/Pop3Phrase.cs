namespace Merpati.Pop3.Server.Texts;

/// <summary>What follows "+OK". <see cref="Pop3Texts"/> has the words in every language; those of protocol data are the same in all.</summary>
internal enum Pop3Phrase
{
    /// <summary>There is no status line.</summary>
    None,

    /// <summary>Nothing: a bare "+OK".</summary>
    Done,

    /// <summary>Two numbers that a program reads.</summary>
    Numbers,

    Greeting,
    GreetingWithTimestamp,
    TlsBegins,
    MechanismList,
    SigningOff,
    SigningOffWithSomeLeft,
    SigningOffEmpty,
    MaildropOpened,
    OwnMaildropOpened,
    MaildropReset,
    Listing,
    MessageFollows,
    MessageMarked,
    LastRead,
    CapabilityList,
    LanguageList,
    LanguageChosen,
    Utf8Mode,
}
