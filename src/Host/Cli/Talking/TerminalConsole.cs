using System.Collections.Concurrent;
using System.Globalization;
using Merpati.Host.Cli.Dialogues;

namespace Merpati.Host.Cli.Talking;

/// <summary>A console on a terminal: a line editor below, and above it the dialogue, in colour. The screen and the keys stay the caller's to dispose.</summary>
internal sealed class TerminalConsole : ITalkConsole
{
    private const int MaxTypedAhead = 64 * 1024; // keys
    private const int MaxUntold = 1024; // keys
    private const int MaxShown = 4096; // characters of a line
    private const int MaxListed = 60; // candidates

    private const char Break = '\u0003'; // Ctrl-C

    private readonly IConsoleScreen _screen;
    private readonly IKeySource _keys;
    private readonly bool _inColour;
    private readonly ConcurrentQueue<ConsoleKeyInfo> _typed = new();
    private readonly LineHistory _history = new();
    private TalkQuestion? _question;
    private LineEditor _editor = new(null);
    private volatile bool _isEnded;
    private volatile bool _isMoreComing; // behind the last key of those typed
    private bool _hasJustCompleted;
    private bool _isFullTold;

    public TerminalConsole(IConsoleScreen screen, IKeySource keys, bool inColour)
    {
        _screen = screen;
        _keys = keys;
        _inColour = inColour;
    }

    /// <summary>Whether it says what replies mean.</summary>
    public bool Explains { get; init; } = true;

    public bool IsInteractive => true;

    public void Start(Action wake) => new Thread(() => ReadKeys(wake)) { IsBackground = true, Name = "keys" }.Start();

    public void Server(string line) => Show(line, Colours.OfReply(line));

    public void ServerText(string line)
    {
        var isStuffed = line.StartsWith("..", StringComparison.Ordinal);
        Show(isStuffed ? line[1..] : line, line == "." ? Colours.Faint : ""); // RFC 1939 §3
    }

    public void Client(string line, bool isTyped)
    {
        if (!isTyped) Show("> " + line, Colours.Client);
    }

    public void Explain(string text)
    {
        if (Explains) Show("    " + text, Colours.Faint);
    }

    public void Hint(string text) => Note(text);

    public void Warn(string text) => Show("  * " + text, Colours.TryLater);

    public void Note(string text) => Show("  * " + text, Colours.Faint);

    public void Answer(string text) => Show(text, "");

    public void Ask(TalkQuestion question)
    {
        _question = question;
        _editor = new LineEditor(question.IsSecret || question.IsKept is null ? null : _history);
        _isFullTold = false;
        _history.Rewind();
        Draw();
    }

    public bool TryTake(out TalkAnswer answer)
    {
        answer = default;
        while (_question is { } question && _typed.TryDequeue(out var key))
        {
            if (Press(question, key) is not { } given) continue;
            answer = given;
            return true;
        }

        if (_question is not null && _isEnded && _typed.IsEmpty)
        {
            answer = Finish("", new TalkAnswer(TalkAnswerKind.End));
            return true;
        }

        return false;
    }

    public bool TakeBreak()
    {
        if (!_typed.Any(static key => key.KeyChar == Break)) return false;
        _typed.Clear();
        return true;
    }

    public void Dispose()
    {
        if (_question is not null) _screen.Write(EditView.Wipe);
        _question = null;
    }

    private void ReadKeys(Action wake)
    {
        while (_keys.Read() is { } key)
        {
            if (_typed.Count >= MaxTypedAhead && key.KeyChar == Break) _typed.Clear(); // who wants out gets out
            _isMoreComing = _keys.IsKeyWaiting; // before the key can be taken, so that whoever takes the last one knows
            if (_typed.Count < MaxTypedAhead) _typed.Enqueue(key);
            if (!_isMoreComing || _typed.Count % MaxUntold == 0) wake();
        }

        _isEnded = true;
        wake();
    }

    private TalkAnswer? Press(TalkQuestion question, ConsoleKeyInfo key)
    {
        var result = _editor.Press(key);
        if (result == EditResult.Complete && question is { Complete: null, IsSecret: false }) result = _editor.InsertTab();
        var isAgain = _hasJustCompleted;
        _hasJustCompleted = false;
        switch (result)
        {
            case EditResult.Entered: return EnterLine(question);
            case EditResult.Ended: return Finish("", new TalkAnswer(TalkAnswerKind.End));
            case EditResult.Broken when _editor.Text.Length == 0: return Finish("^C", new TalkAnswer(TalkAnswerKind.Break));
            case EditResult.Broken:
                Finish("^C", default);
                Ask(question);
                return null;
            case EditResult.Wipe:
                _screen.Write(EditView.WipeScreen);
                break;
            case EditResult.Full when !_isFullTold:
                _isFullTold = true;
                Warn(string.Create(CultureInfo.InvariantCulture, $"a line has {LineEditor.MaxLength} characters at most; what comes past them is dropped"));
                break;
            case EditResult.Complete when question.Complete is { } complete:
                CompleteWord(complete, isAgain);
                break;
        }

        if (_typed.IsEmpty && !_isMoreComing) Draw(); // while a paste comes in, one drawing at its end will do
        return null;
    }

    private TalkAnswer EnterLine(TalkQuestion question)
    {
        var line = _editor.Text;
        if (question.IsKept?.Invoke(line) == true) _history.Add(line);
        return Finish("", new TalkAnswer(TalkAnswerKind.Line, line));
    }

    private TalkAnswer Finish(string mark, TalkAnswer answer)
    {
        _screen.Write(EditView.Draw(_question!.Prompt, _question.IsSecret ? "" : _editor.Text + mark, _question.IsSecret ? 0 : _editor.Text.Length + mark.Length, _screen.Width) + "\n");
        _question = null;
        _editor = new LineEditor(null); // what was typed may be a secret
        return answer;
    }

    private void CompleteWord(Func<string, IReadOnlyList<string>> complete, bool isAgain)
    {
        var typed = _editor.Text[.._editor.Cursor];
        var candidates = complete(typed);
        if (candidates.Count == 0) return;
        var shared = Shared(candidates);
        if (shared.Length > typed.Length || (candidates.Count == 1 && shared != typed))
        {
            _editor.ReplaceBefore(shared);
            return;
        }

        if (candidates.Count > 1 && isAgain) Show(string.Join("  ", candidates.Take(MaxListed)), Colours.Faint);
        _hasJustCompleted = true;
    }

    // What all have in common, in any case, as the first of them writes it.
    private static string Shared(IReadOnlyList<string> candidates)
    {
        var length = candidates.Min(candidate => candidate.Length);
        var shared = 0;
        while (shared < length && candidates.All(candidate => char.ToUpperInvariant(candidate[shared]) == char.ToUpperInvariant(candidates[0][shared]))) shared++;
        return candidates[0][..shared];
    }

    private void Show(string line, string colour)
    {
        var text = ControlText.Escape(OctetText.ForPeople(line).Replace('\t', ' '));
        if (text.Length > MaxShown) text = string.Create(CultureInfo.InvariantCulture, $"{text[..MaxShown]} ... ({text.Length - MaxShown} more characters)");
        var painted = _inColour && colour.Length > 0 ? colour + text + Colours.Off : text;
        _screen.Write((_question is null ? "" : EditView.Wipe) + painted + "\n");
        Draw();
    }

    private void Draw()
    {
        if (_question is null) return;
        var (text, cursor) = _question.IsSecret ? ("", 0) : (_editor.Text, _editor.Cursor);
        _screen.Write(EditView.Draw(_question.Prompt, text, cursor, _screen.Width));
    }
}
