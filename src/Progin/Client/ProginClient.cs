using Merpati.Wire.Connections;

namespace Merpati.Progin.Client;

/// <summary>
/// A Progin client (docs/progin.md) over one connection, which stays its caller's to dispose. What servers do is told by values, whatever they do; what a server may make
/// us hold is bounded. The order is <see cref="HelloAsync"/>; then messages, each by <see cref="BeginMessageAsync"/>, <see cref="AddRecipientAsync"/> and
/// <see cref="SendTextAsync"/>, or <see cref="OpenMailboxAsync"/> and <see cref="ListAsync"/>, as often as wanted; <see cref="QuitAsync"/>. One call at a time.
/// Cancelling a call tears the connection down, and its answer says so. Once <see cref="Ending"/> is set nothing is sent any more, and each answer is that.
/// </summary>
public sealed class ProginClient
{
    private readonly ProginDialogue _dialogue;

    /// <summary>A client over <paramref name="connection"/>, on which nothing has been said.</summary>
    public ProginClient(WireConnection connection, ProginClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        _dialogue = new ProginDialogue(connection, options);
        connection.MaxLineLength = ProginDialogue.MaxLineLength;
    }

    /// <summary>What ended the connection; null while it lasts.</summary>
    public ProginStep? Ending => _dialogue.Ending;

    /// <summary>Begins the conversation.</summary>
    public Task<ProginStep> HelloAsync(CancellationToken cancellation) => AskAsync("HELO", cancellation);

    /// <summary>
    /// Begins a message of this user's. The name holds no blanks or control characters, the password no NUL, CR or LF, or <see cref="ArgumentException"/> is thrown; neither is
    /// kept.
    /// </summary>
    public Task<ProginStep> BeginMessageAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellation) => LogInAsync("MAIL", "SNDR", user, password, cancellation);

    /// <summary>Adds a recipient: a name, or an address. The others stay when it is refused.</summary>
    public Task<ProginStep> AddRecipientAsync(string recipient, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(recipient);
        return AskAsync($"RCPT {recipient}", cancellation);
    }

    /// <summary>
    /// Sends the text, read from <paramref name="text"/> to its end, in UTF-8, under a subject of one line, or none. CRLF, LF and CR all end its lines. Done means that the server
    /// has the message, durably. A text that cannot be read is never ended as if it were whole; what reading throws reaches the caller, and the connection is closed.
    /// </summary>
    public async Task<ProginSending> SendTextAsync(string? subject, Stream text, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (subject?.AsSpan().ContainsAny('\r', '\n', '\0') == true) throw new ArgumentException("a subject is one line", nameof(subject));
        await using var abort = _dialogue.AbortOn(cancellation);
        return await new TextPush(_dialogue).RunAsync(subject, text, cancellation);
    }

    /// <summary>Opens this user's mailbox; otherwise as <see cref="BeginMessageAsync"/>.</summary>
    public Task<ProginStep> OpenMailboxAsync(string user, ReadOnlyMemory<byte> password, CancellationToken cancellation) => LogInAsync("FTCH", "LGIN", user, password, cancellation);

    /// <summary>
    /// All messages of the mailbox, piece by piece: <see cref="ProginCount"/>; for each message <see cref="ProginHead"/>, any number of <see cref="ProginText"/> and
    /// <see cref="ProginEnd"/>. <see cref="ProginFailure"/> ends it where the server refuses or breaks off. Who stops in the middle closes the connection.
    /// </summary>
    public IAsyncEnumerable<ProginItem> ListAsync(CancellationToken cancellation) => new ListPull(_dialogue).RunAsync(cancellation);

    /// <summary>Takes leave; the connection is over for us after that, whatever the server says.</summary>
    public async Task<ProginStep> QuitAsync(CancellationToken cancellation)
    {
        if (Ending is { } ended) return ended;
        await using var abort = _dialogue.AbortOn(cancellation);
        _dialogue.Write("QUIT");
        var step = await _dialogue.ReadReplyAsync(_dialogue.Options.LeaveTimeout, cancellation);
        _dialogue.Finish(step);
        return step;
    }

    private async Task<ProginStep> LogInAsync(string begin, string verb, string user, ReadOnlyMemory<byte> password, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        if (user.Contains(' ', StringComparison.Ordinal)) throw new ArgumentException("a name holds a blank", nameof(user));
        await using var abort = _dialogue.AbortOn(cancellation);
        var step = await _dialogue.AskAsync(begin, cancellation);
        if (!step.IsDone || Ending is not null) return step;
        _dialogue.WriteSecret($"{verb} {user} ", password.Span);
        return await _dialogue.ReadReplyAsync(_dialogue.Options.CommandTimeout, cancellation);
    }

    private async Task<ProginStep> AskAsync(string command, CancellationToken cancellation)
    {
        await using var abort = _dialogue.AbortOn(cancellation);
        return await _dialogue.AskAsync(command, cancellation);
    }
}
