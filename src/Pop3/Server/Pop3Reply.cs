using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server;

/// <summary>
/// The answer to a command: one status line, or the note that the line and what follows it have been written. Its words are those of the session's
/// language and may hold places to be filled: %n the next number, %m the next number of messages and %o of octets with their nouns, %w the word.
/// Nothing is formatted before it is sent.
/// </summary>
internal readonly struct Pop3Reply
{
    private Pop3Reply(Pop3Phrase phrase, Pop3Rejection? rejection = null)
    {
        Phrase = phrase;
        Rejection = rejection;
    }

    /// <summary>The reply has been written, or nobody is left to read one.</summary>
    public static Pop3Reply Written => default;

    /// <summary>A bare "+OK".</summary>
    public static Pop3Reply Done => Ok(Pop3Phrase.Done);

    /// <summary>What follows "+OK"; none when the reply has been written or is a rejection.</summary>
    public Pop3Phrase Phrase { get; }

    /// <summary>Why the command was not carried out; null when it was.</summary>
    public Pop3Rejection? Rejection { get; }

    /// <summary>Whether there is a status line to be written.</summary>
    public bool IsStatus => Phrase != Pop3Phrase.None || Rejection is not null;

    /// <summary>The number for the first place.</summary>
    public long First { get; private init; }

    /// <summary>The number for the second place.</summary>
    public long Second { get; private init; }

    /// <summary>The word for its place: ours or proven, never what a client sent.</summary>
    public string? Word { get; private init; }

    /// <summary>How the session ends with this reply; null when it goes on.</summary>
    public SessionEnding? Ending { get; private init; }

    public static Pop3Reply Ok(Pop3Phrase phrase) => new(phrase);

    public static Pop3Reply Ok(Pop3Phrase phrase, long first, long second = 0) => new(phrase) { First = first, Second = second };

    public static Pop3Reply Reject(Pop3Rejection rejection, long first = 0) => new(Pop3Phrase.None, rejection) { First = first };

    /// <summary>No reply: the session ends at once.</summary>
    public static Pop3Reply End(SessionEnding ending) => new(Pop3Phrase.None) { Ending = ending };

    /// <summary>The same with a word.</summary>
    public Pop3Reply With(string word) => new(Phrase, Rejection) { First = First, Second = Second, Word = word, Ending = Ending };

    /// <summary>The same, and the session ends.</summary>
    public Pop3Reply Closing(SessionEnding ending) => new(Phrase, Rejection) { First = First, Second = Second, Word = Word, Ending = ending };

    /// <summary>What follows the status, its places unfilled.</summary>
    public string TextIn(Pop3Texts texts) => Rejection is { } rejection ? texts.Of(rejection) : texts.Of(Phrase);
}
