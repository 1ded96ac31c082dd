namespace Merpati.Pop3.Server;

/// <summary>
/// The answer to a command: one status line, or the note that the line and what follows it have been written. A text may hold places to be filled:
/// %n the next number, %m the next number of messages and %o of octets with their nouns, %w the word. Nothing is formatted before it is sent.
/// </summary>
internal readonly struct Pop3Reply
{
    private Pop3Reply(string? text, Pop3Rejection? rejection = null)
    {
        Text = text;
        Rejection = rejection;
    }

    /// <summary>The reply has been written, or nobody is left to read one.</summary>
    public static Pop3Reply Written => default;

    /// <summary>A bare "+OK".</summary>
    public static Pop3Reply Done => Ok("");

    /// <summary>What follows "+OK " or "-ERR "; null when the reply has been written.</summary>
    public string? Text { get; }

    /// <summary>Why the command was not carried out; null when it was.</summary>
    public Pop3Rejection? Rejection { get; }

    /// <summary>The number for the first place.</summary>
    public long First { get; private init; }

    /// <summary>The number for the second place.</summary>
    public long Second { get; private init; }

    /// <summary>The word for its place: ours or proven ASCII, never what a client sent.</summary>
    public string? Word { get; private init; }

    /// <summary>How the session ends with this reply; null when it goes on.</summary>
    public SessionEnding? Ending { get; private init; }

    public static Pop3Reply Ok(string text) => new(text);

    public static Pop3Reply Ok(string text, long first, long second = 0) => new(text) { First = first, Second = second };

    public static Pop3Reply Reject(Pop3Rejection rejection, long first = 0) => new(Pop3Rejections.Of(rejection).Text, rejection) { First = first };

    /// <summary>No reply: the session ends at once.</summary>
    public static Pop3Reply End(SessionEnding ending) => new(null) { Ending = ending };

    /// <summary>The same with a word.</summary>
    public Pop3Reply With(string word) => new(Text, Rejection) { First = First, Second = Second, Word = word, Ending = Ending };

    /// <summary>The same, and the session ends.</summary>
    public Pop3Reply Closing(SessionEnding ending) => new(Text, Rejection) { First = First, Second = Second, Word = Word, Ending = ending };
}
