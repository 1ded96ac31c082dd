using Merpati.Wire.Connections;

namespace Merpati.Host.Cli.Talking;

/// <summary>How a session ended.</summary>
/// <param name="Status">The exit status.</param>
/// <param name="Fault">What is said on the error output; null when all is well.</param>
internal sealed record TalkEnding(int Status, string? Fault = null);

/// <summary>A reply, up to its end.</summary>
/// <param name="Status">The last line that is no text, with the code in it.</param>
/// <param name="Next">What it asks for.</param>
internal sealed record TalkReply(string Status, TalkNext Next);

/// <summary>
/// One session at a console: it asks for a line, says it, shows the whole reply, and does what that asks for. What the server says without having been asked is
/// shown as it comes. It knows no protocol and no terminal. It does not dispose of what it is given.
/// </summary>
internal sealed class TalkSession
{
    private const int MaxReplyLines = 1000; // without the texts
    private const int MaxUnanswered = 1000; // lines
    private const int MaxUnasked = 10_000; // lines
    private const long MaxReply = 1L << 30; // octets, about, with the texts

    private static readonly TimeSpan Idle = TimeSpan.FromDays(1);

    private readonly TimeSpan _patience;
    private readonly Queue<string> _unanswered = new(); // what was said and has no reply yet; the protocol has been told of the first
    private bool _isLeaving;
    private volatile bool _isStopped;
    private int _unasked;

    public TalkSession(TalkConnection connection, ITalkProtocol protocol, ITalkConsole console, TalkTranscript transcript, TimeSpan? patience)
    {
        (Connection, Protocol, Console, Transcript) = (connection, protocol, console, transcript);
        _patience = patience ?? Idle;
    }

    public TalkConnection Connection { get; }

    public ITalkProtocol Protocol { get; }

    public ITalkConsole Console { get; }

    public TalkTranscript Transcript { get; }

    /// <summary>How it ended; null while it lasts.</summary>
    public TalkEnding? Ending { get; private set; }

    /// <summary>Runs until one of the two sides has enough.</summary>
    public async Task<TalkEnding> RunAsync()
    {
        Console.Start(Connection.Wake);
        if (Connection.Tls is not null) ShowTls();
        if (Protocol.HasGreeting) await HearAsync();
        var commands = new LocalCommands(this);
        while (Ending is null)
        {
            var answer = await AskAsync(new TalkQuestion(Prompt) { IsKept = LocalCommands.IsKept, Complete = commands.Complete });
            if (Ending is not null) break;
            if (answer.Kind == TalkAnswerKind.End) End(new TalkEnding(ExitStatus.Done));
            else if (answer.Kind == TalkAnswerKind.Break) End(new TalkEnding(ExitStatus.Failed, "stopped; QUIT was not said"));
            else if (LocalCommands.Is(answer.Text)) await commands.RunAsync(answer.Text);
            else if (answer.Text.Length > 0) await ObeyAsync(answer.Text);
        }

        return Ending!;
    }

    /// <summary>Ends the session, unless it has ended already.</summary>
    public void End(TalkEnding ending) => Ending ??= ending;

    /// <summary>Ends the session from any thread, as soon as it waits for something or is about to.</summary>
    public void Stop()
    {
        _isStopped = true;
        Connection.Wake();
    }

    /// <summary>Says a line that the user typed just so.</summary>
    public void Say(string line) => Say(line, SpokenSecrets.Hide(line), isTyped: true);

    /// <summary>Says a line; <paramref name="shown"/> is what may be seen of it.</summary>
    public void Say(string line, string shown, bool isTyped)
    {
        Transcript.Client(shown);
        Console.Client(shown, isTyped);
        if (_unanswered.Count == MaxUnanswered) End(new TalkEnding(ExitStatus.Failed, "the server answers nothing"));
        _unanswered.Enqueue(line);
        if (_unanswered.Count == 1) Protocol.Said(line);
        Connection.Write(line);
        _isLeaving |= TalkWords.IsVerb(line, "QUIT");
    }

    /// <summary>Says a line of a text.</summary>
    public void SayText(string line)
    {
        Transcript.Client(line);
        Console.Client(line, isTyped: true);
        Connection.Write(line);
    }

    /// <summary>Says a line of a login, of which all is secret.</summary>
    public void SayAnswer(string line, bool isTyped)
    {
        var shown = SpokenSecrets.HideAnswer(line);
        Transcript.Client(shown);
        Console.Client(shown, isTyped);
        Connection.Write(line);
    }

    /// <summary>Whether something was said that has no reply yet.</summary>
    public bool IsAwaiting => _unanswered.Count > 0;

    /// <summary>Reads and shows the replies to all that was said; the last of them, or null when the session ends instead.</summary>
    public async Task<TalkReply?> HearAsync()
    {
        var (status, lines, octets) = ("", 0, 0L);
        while (Ending is null)
        {
            if (!await ReadLineAsync()) continue;
            var line = Connection.Line;
            var heard = Take(line);
            octets += line.Length;
            if (heard.Role is HeardRole.More or HeardRole.Last or HeardRole.Strange) (status, lines) = (line, lines + 1);
            if (heard.IsEnd && !IsAwaiting) return Settle(new TalkReply(status, heard.Next));
            if (lines > MaxReplyLines || octets > MaxReply) End(new TalkEnding(ExitStatus.Failed, "the server sent a reply without an end"));
        }

        return null;
    }

    /// <summary>Asks the user. What the server says meanwhile is shown. Without meaning when the session has ended.</summary>
    public async Task<TalkAnswer> AskAsync(TalkQuestion question)
    {
        _unasked = 0;
        Console.Ask(question);
        while (!IsStopped())
        {
            if (Console.TryTake(out var answer))
            {
                if (answer.Kind == TalkAnswerKind.TooLong) End(new TalkEnding(ExitStatus.Failed, "a line of the input is longer than 1 MiB; nothing of it was said"));
                return answer;
            }

            switch (await Connection.ReadAsync(Idle))
            {
                case LineStatus.Line:
                    if (IsAwaiting) Take(Connection.Line);
                    else Show(Connection.Line, HeardRole.Strange);
                    if (++_unasked > MaxUnasked) End(new TalkEnding(ExitStatus.Failed, "the server does not stop talking"));
                    break;
                case LineStatus.Interrupted or LineStatus.TimedOut:
                    break;
                case var other:
                    Lose(other);
                    break;
            }
        }

        return new TalkAnswer(TalkAnswerKind.End);
    }

    /// <summary>Says what protects the connection.</summary>
    public void ShowTls()
    {
        if (Connection.Tls is not { } tls)
        {
            Console.Warn(Connection.IsLoopback ? "there is no TLS, but the connection does not leave this machine" : "there is no TLS: everybody on the way can listen");
            return;
        }

        foreach (var line in TlsText.Of(tls))
        {
            Console.Note(line);
            Transcript.Remark(line);
        }

        var verdict = TlsText.Verdict(tls);
        Transcript.Remark(verdict);
        if (tls.IsVerified) Console.Note(verdict);
        else Console.Warn(verdict);
    }

    /// <summary>Reads the reply to what was said, and does what it asks for until nothing is left to do.</summary>
    public async Task FollowAsync()
    {
        var reply = await HearAsync();
        while (reply is not null && Ending is null)
        {
            switch (reply.Next)
            {
                case TalkNext.Text:
                    await TextEntry.DotTextAsync(this);
                    break;
                case TalkNext.Answer:
                    await AnswerAsync();
                    break;
                case TalkNext.Tls:
                    await SecureAsync();
                    return;
                default:
                    return;
            }

            reply = await HearAsync();
        }
    }

    private string Prompt => Protocol.Name + (Connection.Tls is null ? "> " : "/tls> ");

    private Task ObeyAsync(string line)
    {
        var plan = Protocol.Plan(line);
        switch (plan.Deed)
        {
            case TalkDeed.LogIn:
                return new TalkLogin(this).RunAsync(plan);
            case TalkDeed.LogInByDigest:
                return new TalkLogin(this).RunDigestAsync(plan.User!);
            case TalkDeed.AddPassword:
                return new TalkLogin(this).AddPasswordAsync(line);
            case TalkDeed.Chunk:
                return TextEntry.ChunkAsync(this, line);
            case TalkDeed.SayAndWrite:
                Say(line);
                return TextEntry.UnaskedAsync(this);
            default:
                Say(line);
                return FollowAsync();
        }
    }

    // The handshake must be the next that the server says: whatever else came with its yes ends the session.
    private async Task SecureAsync()
    {
        if (await Connection.SecureAsync() is { } fault)
        {
            End(new TalkEnding(ExitStatus.Failed, fault));
            return;
        }

        Protocol.Forget();
        ShowTls();
        if (Protocol.SaslService == "smtp") Console.Hint("what EHLO said before does not count any more: say it again"); // RFC 3207 §4.2
    }

    // By hand: what the user types goes out as it is.
    private async Task AnswerAsync()
    {
        var answer = await AskAsync(new TalkQuestion("answer> "));
        if (Ending is null) SayAnswer(answer.Kind == TalkAnswerKind.Line ? answer.Text : "*", isTyped: answer.Kind == TalkAnswerKind.Line);
    }

    private TalkReply Settle(TalkReply reply)
    {
        if (reply.Next == TalkNext.Farewell) End(new TalkEnding(ExitStatus.Done));
        return reply;
    }

    private bool IsStopped()
    {
        if (_isStopped) End(new TalkEnding(ExitStatus.Failed, TalkSignals.Fault));
        return Ending is not null;
    }

    // Whether there is a line.
    private async Task<bool> ReadLineAsync()
    {
        if (IsStopped()) return false;
        var status = await Connection.ReadAsync(_patience);
        if (status == LineStatus.Line) return true;
        if (status == LineStatus.TimedOut) End(new TalkEnding(ExitStatus.Failed, "the server does not answer"));
        else if (status != LineStatus.Interrupted) Lose(status);
        else if (Console.TakeBreak()) End(new TalkEnding(ExitStatus.Failed, "stopped while the server was to answer"));
        return false;
    }

    private void Lose(LineStatus status)
    {
        if (status == LineStatus.TooLong) End(new TalkEnding(ExitStatus.Failed, "the server sent a line without an end"));
        else if (_isLeaving) End(new TalkEnding(ExitStatus.Done));
        else End(new TalkEnding(ExitStatus.Failed, "the server has closed the connection"));
    }

    private Heard Take(string line)
    {
        var heard = Protocol.Hear(line);
        Show(line, heard.Role);
        // Of a reply of many lines the last is explained, for all have the same code.
        if (heard.Role == HeardRole.Last && ReplyMeanings.Of(line) is { } meaning) Console.Explain(meaning);
        if (heard.IsEnd && _unanswered.TryDequeue(out _) && _unanswered.TryPeek(out var next)) Protocol.Said(next);
        return heard;
    }

    private void Show(string line, HeardRole role)
    {
        Transcript.Server(line);
        if (Transcript.TakeFault() is { } fault) Console.Note(fault);
        if (role is HeardRole.Text or HeardRole.TextEnd or HeardRole.LastTextEnd) Console.ServerText(line);
        else Console.Server(line);
    }
}
