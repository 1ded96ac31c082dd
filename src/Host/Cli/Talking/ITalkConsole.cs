namespace Merpati.Host.Cli.Talking;

/// <summary>What the user is asked for.</summary>
/// <param name="Prompt">What stands before it.</param>
internal sealed record TalkQuestion(string Prompt)
{
    /// <summary>Whether what is typed is not shown, nor kept.</summary>
    public bool IsSecret { get; init; }

    /// <summary>Whether it may be called back with the arrow keys later; asked for each line.</summary>
    public Func<string, bool>? IsKept { get; init; }

    /// <summary>What the text before the cursor may become; null where nothing is completed.</summary>
    public Func<string, IReadOnlyList<string>>? Complete { get; init; }
}

/// <summary>How the user answered.</summary>
internal enum TalkAnswerKind
{
    /// <summary>With a line.</summary>
    Line,

    /// <summary>There is no more input.</summary>
    End,

    /// <summary>The user wants to stop.</summary>
    Break,

    /// <summary>With more than a line may hold.</summary>
    TooLong,
}

/// <summary>What the user answered.</summary>
/// <param name="Kind">How.</param>
/// <param name="Text">The line; empty without one.</param>
internal readonly record struct TalkAnswer(TalkAnswerKind Kind, string Text = "");

/// <summary>
/// Where a dialogue is shown and where the user's lines come from. One caller at a time. Text is made harmless here, so that nothing that a server
/// says is obeyed by a terminal.
/// </summary>
internal interface ITalkConsole : IDisposable
{
    /// <summary>Whether somebody sits before it and answers what is asked; else the answers are there already, and come whether they are asked for or not.</summary>
    bool IsInteractive { get; }

    /// <summary>Begins; <paramref name="wake"/> is called from any thread when there is something to take.</summary>
    void Start(Action wake);

    /// <summary>A line of the server's reply.</summary>
    void Server(string line);

    /// <summary>A line of a text that belongs to a reply, as it is on the wire.</summary>
    void ServerText(string line);

    /// <summary>A line that is said to the server, secrets hidden.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isTyped">Whether the user has typed it just so, and sees it.</param>
    void Client(string line, bool isTyped);

    /// <summary>What a reply means.</summary>
    void Explain(string text);

    /// <summary>What the user might do next; nobody needs it in a script.</summary>
    void Hint(string text);

    /// <summary>A word of the console's own that must not be missed.</summary>
    void Warn(string text);

    /// <summary>A word of the console's own.</summary>
    void Note(string text);

    /// <summary>An answer of the console's own that the user has asked for.</summary>
    void Answer(string text);

    /// <summary>Asks for one line, which <see cref="TryTake"/> gives when it is there.</summary>
    void Ask(TalkQuestion question);

    /// <summary>The answer to the last question, once.</summary>
    bool TryTake(out TalkAnswer answer);

    /// <summary>Whether the user wants to stop although nothing was asked; what was typed besides is kept for the next question.</summary>
    bool TakeBreak();
}
