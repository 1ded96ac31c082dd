namespace Merpati.Progin.Server;

/// <summary>The answer to a command: a status line, or the note that it has been written.</summary>
internal readonly struct ProginReply
{
    private ProginReply(string? status, ProginRejection? rejection = null)
    {
        Status = status;
        Rejection = rejection;
    }

    /// <summary>The reply has been written.</summary>
    public static ProginReply Written => default;

    /// <summary>The command was carried out.</summary>
    public static ProginReply Ok => new("OK");

    /// <summary>The answer to QUIT.</summary>
    public static ProginReply Bye => new("BYE") { Ending = SessionEnding.Quit };

    /// <summary>The word of a good reply; null when it is a rejection, or has been written.</summary>
    public string? Status { get; }

    /// <summary>Why the command was not carried out; null when it was.</summary>
    public ProginRejection? Rejection { get; }

    /// <summary>Whether there is a line to be written.</summary>
    public bool IsLine => Status is not null || Rejection is not null;

    /// <summary>The word for its place in the reason: ours or proven, never what a client sent.</summary>
    public string? Word { get; private init; }

    /// <summary>How the session ends with this reply; null when it goes on.</summary>
    public SessionEnding? Ending { get; private init; }

    /// <summary>The line without its end.</summary>
    public string Line => Rejection is { } rejection ? "ERR " + ProginRejections.Of(rejection).Text.Replace("%w", Word, StringComparison.Ordinal) : Status ?? "";

    public static ProginReply Reject(ProginRejection rejection) => new(null, rejection);

    /// <summary>No reply: the session ends at once.</summary>
    public static ProginReply End(SessionEnding ending) => new(null) { Ending = ending };

    /// <summary>The same with a word.</summary>
    public ProginReply With(string word) => new(Status, Rejection) { Word = word, Ending = Ending };

    /// <summary>The same, and the session ends.</summary>
    public ProginReply Closing(SessionEnding ending) => new(Status, Rejection) { Word = Word, Ending = ending };
}
