using System.Globalization;
using Merpati.Auth.Sasl;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Client;

/// <summary>
/// A POP3 client (RFC 1939) over one connection, which stays its caller's to dispose. What servers do is told by values, whatever they do; what a server may make us
/// hold is bounded. The order is: <see cref="GreetAsync"/>; where wanted <see cref="StartTlsAsync"/>, <see cref="UseUtf8Async"/> and <see cref="AuthenticateAsync"/>; the
/// maildrop; <see cref="QuitAsync"/>. One call at a time. Cancelling a call tears the connection down, and its answer says so: an exception would hide what the
/// server has said before. Once <see cref="Ending"/> is set nothing is sent any more, and each answer is that.
/// </summary>
public sealed class Pop3Client
{
    private readonly Pop3Dialogue _dialogue;
    private readonly Pop3ClientOptions _options;
    private string? _timestamp;
    private bool _isAuthenticated;

    /// <summary>A client over <paramref name="connection"/>, on which nothing has been read.</summary>
    public Pop3Client(WireConnection connection, Pop3ClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _dialogue = new Pop3Dialogue(connection, options);
        connection.MaxLineLength = Pop3Dialogue.MaxLineLength;
    }

    /// <summary>What the server offers, as it has said last.</summary>
    public Pop3Capabilities Capabilities { get; private set; } = Pop3Capabilities.None;

    /// <summary>The TLS that protects the connection; null when none does.</summary>
    public TlsSession? Tls => _dialogue.Connection.Tls;

    /// <summary>What ended the connection; null while it lasts.</summary>
    public Pop3Step? Ending => _dialogue.Ending;

    /// <summary>Whether messages are marked as deleted, so that <see cref="QuitAsync"/> would remove them.</summary>
    public bool HasMarked { get; private set; }

    /// <summary>Goes over to TLS before anything is said (RFC 8314 §3.3). A handshake that comes to nothing ends the connection.</summary>
    public async Task<Pop3Step> SecureAsync(TlsClientOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        await using var abort = _dialogue.AbortOn(cancellation);
        return await ShakeHandsAsync(options, cancellation) ?? Pop3Step.AllAnswered;
    }

    /// <summary>Reads the greeting and asks what the server can do (RFC 2449 §5); one that does not know that question can do nothing but the old commands.</summary>
    public async Task<Pop3Step> GreetAsync(CancellationToken cancellation)
    {
        await using var abort = _dialogue.AbortOn(cancellation);
        var greeting = await _dialogue.ReadAsync(_options.Timeouts.Greeting, cancellation);
        if (!greeting.IsDone || _dialogue.Ending is not null) return greeting;
        _timestamp = ApopTimestamp.Find(greeting.Reply!.Words);
        return await AskCapabilitiesAsync(cancellation) ?? greeting;
    }

    /// <summary>
    /// Goes over to TLS (RFC 2595 §4) and asks again what the server can do: nothing that it said before counts any more. <see cref="Pop3Outcome.Unsupported"/> where
    /// it is not offered, and where the server said no the connection goes on without; a handshake that comes to nothing ends it.
    /// </summary>
    public async Task<Pop3Step> StartTlsAsync(TlsClientOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Tls is not null) throw new InvalidOperationException("there is TLS already");
        if (!Capabilities.HasStartTls) return Unsupported("the server does not offer STLS");
        await using var abort = _dialogue.AbortOn(cancellation);
        var step = await _dialogue.AskAsync("STLS", _options.Timeouts.Command, cancellation);
        if (!step.IsDone || _dialogue.Ending is not null) return step;
        Capabilities = Pop3Capabilities.None;
        if (await ShakeHandsAsync(options, cancellation) is { } failed) return failed;
        return await AskCapabilitiesAsync(cancellation) ?? step;
    }

    /// <summary>
    /// Logs in by the strongest mechanism of AUTH (RFC 5034) that the server offers and <paramref name="login"/> allows; else by APOP, where the greeting has a timestamp
    /// and the login allows it; else by USER and PASS, where the password may be sent as it is, also after APOP was refused, which servers that keep no plain
    /// passwords cannot do. <see cref="Pop3Outcome.Unsupported"/> when there is no way; <see cref="Pop3Outcome.BadPassword"/> when it is for the user to mend.
    /// </summary>
    public async Task<Pop3Step> AuthenticateAsync(Pop3Login login, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(login);
        if (_isAuthenticated) throw new InvalidOperationException("logged in already");
        await using var abort = _dialogue.AbortOn(cancellation);
        var channel = Tls is { } tls ? new SecureChannel(tls.ServerEndPoint, tls.Exporter, null) : null;
        var step = await new LoginDialogue(_dialogue, login, channel).RunAsync(Capabilities, _timestamp, cancellation);
        if (!step.IsDone || _dialogue.Ending is not null) return step;
        _isAuthenticated = true;
        // RFC 2449 §5: it may be able to do more now.
        return Capabilities.IsKnown ? await AskCapabilitiesAsync(cancellation) ?? step : step;
    }

    /// <summary>Asks, before the login, for messages as they are, UTF-8 and all (RFC 6856 §2).</summary>
    public async Task<Pop3Step> UseUtf8Async(CancellationToken cancellation) =>
        Capabilities.HasUtf8 ? await AskAsync("UTF8", _options.Timeouts.Command, cancellation) : Unsupported("the server does not offer UTF8");

    /// <summary>Asks for replies in another language: its tag, or <c>*</c> for the server's own (RFC 6856 §3).</summary>
    public async Task<Pop3Step> LanguageAsync(string tag, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return Capabilities.HasLanguages ? await AskAsync($"LANG {tag}", _options.Timeouts.Command, cancellation) : Unsupported("the server does not offer LANG");
    }

    /// <summary>Which languages the server can speak, at most 1,000; null where it did not say.</summary>
    public async Task<(IReadOnlyList<Pop3Language>? Languages, Pop3Step Step)> LanguagesAsync(CancellationToken cancellation)
    {
        if (!Capabilities.HasLanguages) return (null, Unsupported("the server does not offer LANG"));
        await using var abort = _dialogue.AbortOn(cancellation);
        var (lines, step) = await _dialogue.AskForLinesAsync("LANG", cancellation);
        return (lines?.Select(LanguageOf).ToList(), step);
    }

    /// <summary>How much the maildrop holds; null where the server did not say.</summary>
    public async Task<(MaildropSize? Size, Pop3Step Step)> StatAsync(CancellationToken cancellation)
    {
        await using var abort = _dialogue.AbortOn(cancellation);
        var step = await _dialogue.AskAsync("STAT", _options.Timeouts.Command, cancellation);
        if (!step.IsDone || _dialogue.Ending is not null) return (null, step);
        // RFC 1939 §5: two numbers, and perhaps something else behind them.
        var words = step.Reply!.Words.Split(' ', 3);
        if (words.Length < 2 || !int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var messages) || !long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var octets))
        {
            return (null, _dialogue.EndUnexpected(step));
        }

        return (new MaildropSize(messages, octets), step);
    }

    /// <summary>
    /// The messages of the maildrop, those marked as deleted not among them, with their sizes and, where the server knows UIDL, their unique-ids (RFC 1939 §5, §7). Null
    /// where the server did not say. A server that announces UIDL and refuses it now has not said either: without its unique-ids all messages would look new.
    /// </summary>
    public async Task<(Pop3Listing? Listing, Pop3Step Step)> ListAsync(CancellationToken cancellation)
    {
        await using var abort = _dialogue.AbortOn(cancellation);
        return await new ListingDialogue(_dialogue, Capabilities).RunAsync(cancellation);
    }

    /// <summary>Hands the octets of a message on as they come. Only the answer says whether it was whole. Throws what <paramref name="sink"/> throws, and ends the connection then.</summary>
    public async Task<Pop3Retrieval> RetrieveAsync(int number, IOctetSink sink, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentNullException.ThrowIfNull(sink);
        await using var abort = _dialogue.AbortOn(cancellation);
        return await new MessagePull(_dialogue).RunAsync(number, $"RETR {Number(number)}", sink, cancellation);
    }

    /// <summary>
    /// Hands messages on, one after the other in the order given, asking for several before the first has come where the server takes that (RFC 2449 §6.6). Done when all
    /// were answered, or no more were wanted; else what ended the connection, and which came <paramref name="receiver"/> has been told.
    /// </summary>
    public async Task<Pop3Step> RetrieveAsync(IReadOnlyList<int> numbers, IPop3Receiver receiver, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(receiver);
        await using var abort = _dialogue.AbortOn(cancellation);
        return await new MessagePull(_dialogue).RunAsync(numbers, static number => $"RETR {Number(number)}", receiver, Window, cancellation);
    }

    /// <summary>Hands the header of a message on and so many lines of its body (RFC 1939 §7), as above.</summary>
    public async Task<Pop3Retrieval> TopAsync(int number, int lines, IOctetSink sink, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(lines);
        ArgumentNullException.ThrowIfNull(sink);
        await using var abort = _dialogue.AbortOn(cancellation);
        return await new MessagePull(_dialogue).RunAsync(number, $"TOP {Number(number)} {Number(lines)}", sink, cancellation);
    }

    /// <summary>Hands headers on and so many lines of each body, one after the other in the order given, asking ahead where the server takes that.</summary>
    public async Task<Pop3Step> TopAsync(IReadOnlyList<int> numbers, int lines, IPop3Receiver receiver, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentOutOfRangeException.ThrowIfNegative(lines);
        ArgumentNullException.ThrowIfNull(receiver);
        await using var abort = _dialogue.AbortOn(cancellation);
        return await new MessagePull(_dialogue).RunAsync(numbers, number => $"TOP {Number(number)} {Number(lines)}", receiver, Window, cancellation);
    }

    /// <summary>Marks messages as deleted, several at a time where the server takes that. They are removed at <see cref="QuitAsync"/> (RFC 1939 §6).</summary>
    public async Task<Pop3Deletion> DeleteAsync(IReadOnlyList<int> numbers, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        await using var abort = _dialogue.AbortOn(cancellation);
        var refused = new List<int>();
        var marked = 0;
        var asked = 0;
        await _dialogue.ListenAsync(cancellation);
        for (var answered = 0; answered < numbers.Count && _dialogue.Ending is null; answered++)
        {
            if (asked - answered <= Window / 2)
            {
                for (; asked < numbers.Count && asked - answered < Window; asked++) _dialogue.Write($"DELE {Number(numbers[asked])}");
            }

            var step = await _dialogue.ReadAsync(_options.Timeouts.Command, cancellation);
            if (step.IsDone) marked++;
            else if (_dialogue.Ending is null) refused.Add(numbers[answered]);
        }

        HasMarked |= marked > 0;
        return new Pop3Deletion(_dialogue.Ending ?? Pop3Step.AllAnswered, marked, refused);
    }

    /// <summary>Takes the marks of deletion away.</summary>
    public async Task<Pop3Step> ResetAsync(CancellationToken cancellation)
    {
        var step = await AskAsync("RSET", _options.Timeouts.Command, cancellation);
        if (step.IsDone) HasMarked = false;
        return step;
    }

    /// <summary>Does nothing: a sign of life.</summary>
    public Task<Pop3Step> NoopAsync(CancellationToken cancellation) => AskAsync("NOOP", _options.Timeouts.Command, cancellation);

    /// <summary>
    /// Takes leave, and has the server remove what is marked (RFC 1939 §6). <see cref="Pop3Outcome.Done"/>: all of it is removed. With a reply of another kind some of it may
    /// still be there; without one nobody knows. The connection is closed after that for us, whatever the server says.
    /// </summary>
    public async Task<Pop3Step> QuitAsync(CancellationToken cancellation)
    {
        if (_dialogue.Ending is { } ended) return ended;
        var step = await AskAsync("QUIT", HasMarked ? _options.Timeouts.Quit : _options.Timeouts.Leave, cancellation);
        _dialogue.Finish(step);
        return step;
    }

    private int Window => Capabilities.HasPipelining ? Math.Max(_options.MaxPipelined, 1) : 1;

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static Pop3Language LanguageOf(string line) =>
        line.IndexOf(' ', StringComparison.Ordinal) is var end and >= 0 ? new Pop3Language(line[..end], line[(end + 1)..].TrimStart(' ')) : new Pop3Language(line, "");

    private async Task<Pop3Step> AskAsync(string command, TimeSpan timeout, CancellationToken cancellation)
    {
        await using var abort = _dialogue.AbortOn(cancellation);
        return await _dialogue.AskAsync(command, timeout, cancellation);
    }

    // What ended the connection meanwhile; null when nothing did, whether or not the server knows the question.
    private async ValueTask<Pop3Step?> AskCapabilitiesAsync(CancellationToken cancellation)
    {
        var (lines, _) = await _dialogue.AskForLinesAsync("CAPA", cancellation);
        Capabilities = lines is null ? Pop3Capabilities.None : Pop3Capabilities.Parse(lines);
        return _dialogue.Ending;
    }

    // What came of it; null when there is TLS.
    private async ValueTask<Pop3Step?> ShakeHandsAsync(TlsClientOptions options, CancellationToken cancellation)
    {
        if (await _dialogue.Connection.SecureAsync(options)) return null;
        return cancellation.IsCancellationRequested
            ? _dialogue.End(Pop3Outcome.Cancelled, "cancelled") : _dialogue.End(Pop3Outcome.TlsFailed, _dialogue.Connection.TlsFailure ?? "no TLS");
    }

    private Pop3Step Unsupported(string text) => _dialogue.Ending ?? new Pop3Step(Pop3Outcome.Unsupported, null, text);
}
