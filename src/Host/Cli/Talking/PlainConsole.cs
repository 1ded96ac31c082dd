using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Merpati.Host.Cli.Talking;

/// <summary>
/// A console without a terminal, for scripts: lines in, lines out. The next line is read only when it is asked for, so each waits for the reply to the one
/// before. The server's words go to the output, those of the console itself to the error output. Octets that are no UTF-8 go through as they are.
/// </summary>
internal sealed class PlainConsole : ITalkConsole
{
    private const int MaxLine = 1024 * 1024; // octets, with its CR

    private readonly Stream _input;
    private readonly Stream _output;
    private readonly TextWriter _remarks;
    private readonly ConcurrentQueue<TalkAnswer> _answers = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly List<byte> _line = [];
    private Func<string, string>? _secret; // of the present question
    private string _prompt = "";
    private volatile bool _isDisposed;

    public PlainConsole(Stream input, Stream output, TextWriter remarks)
    {
        _input = input;
        _output = output;
        _remarks = remarks;
    }

    /// <summary>Whether people read the output on a terminal: then octets that are no UTF-8 are shown as characters.</summary>
    public bool IsForPeople { get; init; }

    /// <summary>Whether both sides are shown, as C: and S: lines just as they are on the wire.</summary>
    public bool IsTranscript { get; init; }

    /// <summary>Whether it says what replies mean.</summary>
    public bool Explains { get; init; }

    /// <summary>Reads a password where there is a keyboard, although the output is no terminal; null where it is a line like any other.</summary>
    public Func<string, string>? AskSecret { get; init; }

    public bool IsInteractive => false;

    public void Start(Action wake) => new Thread(() => ReadAsAsked(wake)) { IsBackground = true, Name = "lines" }.Start();

    public void Server(string line) => Write(IsTranscript ? "S: " : "", line);

    public void ServerText(string line)
    {
        var isStuffed = line.StartsWith("..", StringComparison.Ordinal);
        Write(IsTranscript ? "S: " : "", IsTranscript || !isStuffed ? line : line[1..]); // RFC 1939 §3
    }

    public void Client(string line, bool isTyped)
    {
        if (IsTranscript) Write("C: ", line);
    }

    public void Explain(string text)
    {
        if (Explains) Write(IsTranscript ? "# " : "   ", text);
    }

    public void Hint(string text)
    {
    }

    public void Warn(string text) => Note(text);

    public void Note(string text)
    {
        _remarks.WriteLine(ControlText.Escape(OctetText.ForPeople(text)));
        _remarks.Flush();
    }

    public void Answer(string text) => Write(IsTranscript ? "# " : "", text);

    public void Ask(TalkQuestion question)
    {
        (_prompt, _secret) = (question.Prompt, question.IsSecret ? AskSecret : null);
        _asked.Release();
    }

    public bool TryTake(out TalkAnswer answer) => _answers.TryDequeue(out answer);

    public bool TakeBreak() => false;

    // The thread that waits for input cannot be called back; it ends with the program.
    public void Dispose()
    {
        _isDisposed = true;
        _asked.Release();
    }

    private void Write(string side, string line)
    {
        var text = side + ControlText.EscapeButTabs(IsForPeople ? OctetText.ForPeople(line) : line);
        _output.Write(OctetText.Encode(text + Environment.NewLine));
        _output.Flush();
    }

    private void ReadAsAsked(Action wake)
    {
        while (true)
        {
            _asked.Wait();
            if (_isDisposed) return;
            _answers.Enqueue(ReadAnswer());
            wake();
        }
    }

    private TalkAnswer ReadAnswer()
    {
        try
        {
            if (_secret is { } ask) return new TalkAnswer(TalkAnswerKind.Line, ask(_prompt));
            return ReadLine();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException or CommandFailure)
        {
            return new TalkAnswer(TalkAnswerKind.End);
        }
    }

    // Memory stays bounded, and a line that is too long is none: in pieces it would be several commands, or another text.
    private TalkAnswer ReadLine()
    {
        _line.Clear();
        int next;
        while ((next = _input.ReadByte()) >= 0 && next != '\n' && _line.Count <= MaxLine) _line.Add((byte)next);
        if (next < 0 && _line.Count == 0) return new TalkAnswer(TalkAnswerKind.End);
        if (_line.Count > MaxLine) return new TalkAnswer(TalkAnswerKind.TooLong);
        var octets = CollectionsMarshal.AsSpan(_line);
        return new TalkAnswer(TalkAnswerKind.Line, OctetText.Decode(octets.EndsWith("\r"u8) ? octets[..^1] : octets));
    }
}
