using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Client;

/// <summary>
/// Commands out, replies in, over one connection. Whatever ends the connection is kept in <see cref="Ending"/>; from then on nothing is sent and each reply is
/// that. One caller at a time.
/// </summary>
internal sealed class Pop3Dialogue(WireConnection connection, Pop3ClientOptions options)
{
    public const int MaxLineLength = 4096; // octets; RFC 2449 §4 has 512, and not all keep to it

    private readonly SpokenSecret _secret = new();
    private int _unanswered;

    public WireConnection Connection => connection;

    public Pop3ClientOptions Options => options;

    /// <summary>What ended the connection; null while it lasts.</summary>
    public Pop3Step? Ending { get; private set; }

    /// <summary>While it is not disposed, cancelling tears the connection down: each wait then ends.</summary>
    public CancellationTokenRegistration AbortOn(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static state => ((WireConnection)state!).Abort(), connection);

    /// <summary>
    /// Hears what the server has said without having been asked: taken for the reply to the next command it would put all replies in the wrong place. What ended
    /// the connection; null when nothing did. Under TLS nobody but the server could say it, and it is not looked for.
    /// </summary>
    public async ValueTask<Pop3Step?> ListenAsync(CancellationToken cancellation)
    {
        if (Ending is not null || _unanswered > 0 || connection.Tls is not null || !connection.HasBufferedInput) return Ending;
        var word = await ReadAsync(options.Timeouts.Leave, cancellation);
        if (Ending is not null) return Ending;
        // A server that has had enough says so and closes.
        Ending = word.IsDone ? new Pop3Step(Pop3Outcome.ProtocolError, word.Reply, $"the server spoke out of turn: {word.Text}") : word;
        connection.Abort();
        return Ending;
    }

    /// <summary>Writes a command, to go out with what follows or with the wait for its reply.</summary>
    public void Write(string line)
    {
        if (Ending is not null) return;
        // Nothing that could be a second command ever leaves, whatever it was made of.
        if (line.AsSpan().ContainsAnyInRange('\0', '\x1F') || line.Contains('\x7F', StringComparison.Ordinal)) throw new ArgumentException("a command holds a control character", nameof(line));
        Encoding.UTF8.GetBytes(line, connection.Output);
        connection.Output.Write("\r\n"u8);
        _unanswered++;
        options.Transcript?.Client(line);
    }

    /// <summary>
    /// Writes a line that ends in octets that are secret, as they are, of which none is in the transcript. No copy stays behind here but the one by which it is taken
    /// out of the reply, until that has come.
    /// </summary>
    public void WriteSecret(string prefix, ReadOnlySpan<byte> octets)
    {
        if (Ending is not null) return;
        if (octets.ContainsAny((byte)'\r', (byte)'\n', (byte)0)) throw new ArgumentException("a password holds what ends a line", nameof(octets));
        Encoding.UTF8.GetBytes(prefix, connection.Output);
        connection.Output.Write(octets);
        _secret.Keep(octets, isEncoded: false);
        EndSecret(prefix, isEmpty: false);
    }

    /// <summary>The same in base64, or <paramref name="ifEmpty"/>.</summary>
    public void WriteEncodedSecret(string prefix, ReadOnlySpan<byte> octets, string ifEmpty)
    {
        if (Ending is not null) return;
        var output = connection.Output;
        Encoding.ASCII.GetBytes(octets.IsEmpty ? prefix + ifEmpty : prefix, output);
        var encoded = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(octets.Length));
        Base64.EncodeToUtf8(octets, encoded, out _, out var written);
        output.Advance(written);
        _secret.Keep(octets, isEncoded: true);
        EndSecret(octets.IsEmpty ? prefix + ifEmpty : prefix, octets.IsEmpty);
    }

    /// <summary>Says a command and reads its reply.</summary>
    public async ValueTask<Pop3Step> AskAsync(string line, TimeSpan timeout, CancellationToken cancellation)
    {
        if (await ListenAsync(cancellation) is { } ended) return ended;
        Write(line);
        return await ReadAsync(timeout, cancellation);
    }

    /// <summary>Says a command and reads the lines of its reply, at most 1,000; null when the server said no or broke off.</summary>
    public async ValueTask<(IReadOnlyList<string>? Lines, Pop3Step Step)> AskForLinesAsync(string line, CancellationToken cancellation)
    {
        var step = await AskAsync(line, options.Timeouts.Command, cancellation);
        if (!step.IsDone || Ending is not null) return (null, step);
        var lines = new ShownLines(options.Transcript);
        return await ReadTextAsync(lines, cancellation) is { } ended ? (null, ended) : (lines.All, step);
    }

    /// <summary>
    /// Sends what was written and reads the next reply's first line, whole within <paramref name="timeout"/>. Only where <paramref name="mayAsk"/> the server may ask for
    /// more instead.
    /// </summary>
    public async ValueTask<Pop3Step> ReadAsync(TimeSpan timeout, CancellationToken cancellation, bool mayAsk = false)
    {
        if (Ending is not null) return Ending;
        var status = await connection.ReadLineAsync(timeout, mayDrain: false);
        if (cancellation.IsCancellationRequested) return End(Pop3Outcome.Cancelled, "cancelled");
        if (status == LineStatus.TooLong) return End(Pop3Outcome.ProtocolError, "the server sent a line without an end");
        if (status == LineStatus.TimedOut) return End(Pop3Outcome.TimedOut, "the server did not answer in time");
        if (status != LineStatus.Line) return End(Pop3Outcome.Lost, "the server closed the connection without an answer");
        if (!Pop3ReplyText.TryParse(WithoutSecret(connection.Line).Span, out var reply)) return End(Pop3Outcome.ProtocolError, "the server sent something that is no reply");
        options.Transcript?.Server(reply!.Text);
        var step = Pop3Step.Of(reply!);
        if (reply!.IsChallenge) return mayAsk ? step : EndUnexpected(step);
        if (_unanswered > 0) _unanswered--;
        return step;
    }

    /// <summary>Reads the text that follows the reply read last, up to the line that ends it. What ended the connection; null when the text was whole.</summary>
    public async ValueTask<Pop3Step?> ReadTextAsync(ITextTaker taker, CancellationToken cancellation)
    {
        if (Ending is not null) return Ending;
        var decoder = new TextDecoder(taker, connection.LineEndedBare);
        var atLeast = (long)(options.Timeouts.Text.TotalSeconds * Math.Max(options.Timeouts.MinOctetsPerSecond, 0));
        var status = await connection.ReadDotTextAsync(decoder, options.Timeouts.Text, Math.Max(atLeast, 1));
        WriteDown(taker, isWhole: status == LineStatus.Line && !decoder.GaveUp);
        if (decoder.Fault is { } fault)
        {
            End(Pop3Outcome.Lost, "what the server sent could not be taken");
            fault.Throw();
        }

        if (status == LineStatus.Line && !decoder.GaveUp) return null;
        if (cancellation.IsCancellationRequested) return End(Pop3Outcome.Cancelled, "cancelled");
        if (status == LineStatus.Line) return End(taker.Refusal, taker.Reason);
        if (status == LineStatus.TimedOut) return End(Pop3Outcome.TimedOut, "the server sends too slowly");
        return End(Pop3Outcome.Lost, "the server closed the connection before the end of what it sent");
    }

    /// <summary>Ends the connection because a positive reply does not fit its question.</summary>
    public Pop3Step EndUnexpected(Pop3Step step)
    {
        Ending = new Pop3Step(Pop3Outcome.ProtocolError, step.Reply, $"the server gave an answer that does not fit: {step.Text}");
        connection.Abort();
        return Ending;
    }

    /// <summary>Ends the connection for a reason of ours.</summary>
    public Pop3Step End(Pop3Outcome outcome, string text)
    {
        Ending = new Pop3Step(outcome, null, text);
        _secret.Forget();
        connection.Abort();
        return Ending;
    }

    /// <summary>Notes that the dialogue ended as it should.</summary>
    public void Finish(Pop3Step step) => Ending ??= step;

    // What a mechanism says stays whole: people do not read it.
    private ReadOnlyMemory<byte> WithoutSecret(ReadOnlyMemory<byte> line)
    {
        if (line.Span.StartsWith("+ "u8)) return line;
        var masked = _secret.Mask(line, status: 4);
        _secret.Forget();
        return masked;
    }

    private void WriteDown(ITextTaker taker, bool isWhole)
    {
        if (options.Transcript is not { } transcript) return;
        if (taker.Summary is { } summary) transcript.Server(summary);
        if (isWhole) transcript.Server(".");
    }

    private void EndSecret(string prefix, bool isEmpty)
    {
        connection.Output.Write("\r\n"u8);
        _unanswered++;
        options.Transcript?.Client(isEmpty ? prefix : prefix + "...");
    }
}
