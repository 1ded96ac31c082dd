using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Client;

/// <summary>
/// Commands out, replies in, over one connection. Whatever ends the connection is kept in <see cref="Ending"/>; from then on nothing is sent and each reply is
/// that. One caller at a time.
/// </summary>
internal sealed class SmtpDialogue(WireConnection connection, SmtpClientOptions options, TimeProvider time)
{
    public const int MaxLineLength = 2048; // octets; RFC 5321 §4.5.3.1.5 has 512, and not all keep to it
    private const int MaxLines = 1000;
    private const int MaxOctets = 64 * 1024;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly SpokenSecret _secret = new();

    public WireConnection Connection => connection;

    public SmtpClientOptions Options => options;

    public TimeProvider Time => time;

    /// <summary>What ended the connection; null while it lasts.</summary>
    public SmtpStep? Ending { get; private set; }

    /// <summary>Whether something of the server's waits to be read that we can tell from what TLS says for itself.</summary>
    public bool HasWord => connection.Tls is null && connection.HasBufferedInput;

    /// <summary>While it is not disposed, cancelling tears the connection down: each wait then ends.</summary>
    public CancellationTokenRegistration AbortOn(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static state => ((WireConnection)state!).Abort(), connection);

    /// <summary>Writes a command, to go out with what follows or with the wait for its reply.</summary>
    public void Write(string line)
    {
        if (Ending is not null) return;
        // Nothing that could be a second command ever leaves, whatever it was made of.
        if (line.AsSpan().ContainsAnyInRange('\0', '\x1F') || line.Contains('\x7F', StringComparison.Ordinal)) throw new ArgumentException("a command holds a control character", nameof(line));
        Encoding.UTF8.GetBytes(line, connection.Output);
        connection.Output.Write("\r\n"u8);
        options.Transcript?.Client(line);
    }

    /// <summary>
    /// Writes a line that ends in base64 of what is secret, of which none is in the transcript. No copy stays behind here but the one by which it is taken out of
    /// the reply, until that has come.
    /// </summary>
    public void WriteSecret(string prefix, ReadOnlySpan<byte> octets, string ifEmpty)
    {
        if (Ending is not null) return;
        var output = connection.Output;
        Encoding.ASCII.GetBytes(octets.IsEmpty ? prefix + ifEmpty : prefix, output);
        var encoded = output.GetSpan(Base64.GetMaxEncodedToUtf8Length(octets.Length));
        Base64.EncodeToUtf8(octets, encoded, out _, out var written);
        output.Advance(written);
        output.Write("\r\n"u8);
        _secret.Keep(octets, isEncoded: true);
        options.Transcript?.Client($"{prefix}{(octets.IsEmpty ? ifEmpty : "...")}");
    }

    /// <summary>Says a command and reads its reply.</summary>
    public ValueTask<SmtpStep> AskAsync(string line, TimeSpan timeout, CancellationToken cancellation)
    {
        Write(line);
        return ReadAsync(timeout, cancellation);
    }

    /// <summary>Sends what was written and reads the next reply, whole within <paramref name="timeout"/>.</summary>
    public async ValueTask<SmtpStep> ReadAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (Ending is not null) return Ending;
        var began = time.GetTimestamp();
        var lines = new List<string>(1);
        var octets = 0;
        var code = 0;
        while (true)
        {
            var left = timeout - time.GetElapsedTime(began);
            var status = left <= TimeSpan.Zero ? LineStatus.TimedOut : await connection.ReadLineAsync(left, mayDrain: false);
            if (cancellation.IsCancellationRequested) return End(SmtpOutcome.Cancelled, "cancelled");
            if (status == LineStatus.TooLong) return End(SmtpOutcome.ProtocolError, "the server sent a line without an end");
            if (status == LineStatus.TimedOut) return End(SmtpOutcome.TimedOut, "the server did not answer in time");
            if (status != LineStatus.Line) return End(SmtpOutcome.Lost, "the server closed the connection without an answer");
            octets += connection.Line.Length;
            if (!ReplyLine.TryParse(WithoutSecret(connection.Line).Span, out var line)) return End(SmtpOutcome.ProtocolError, "the server sent something that is no reply");
            options.Transcript?.Server($"{line.Code}{(line.IsLast ? ' ' : '-')}{line.Text}");
            // RFC 5321 §4.2.1: all lines of a reply have the same code.
            if (lines.Count > 0 && line.Code != code) return End(SmtpOutcome.ProtocolError, "the server changed the code within a reply");
            if (lines.Count == MaxLines || octets > MaxOctets) return End(SmtpOutcome.ProtocolError, "the server sent a reply without an end");
            code = line.Code;
            lines.Add(line.Text);
            if (!line.IsLast) continue;
            _secret.Forget();
            return Hear(new SmtpReplyText(code, ReplyLine.StatusOf(code, lines[0]), lines));
        }
    }

    /// <summary>
    /// What the server said before the connection broke under what we were sending; else that it is lost. Servers that have enough of a message say so
    /// and close.
    /// </summary>
    public async ValueTask<SmtpStep> ReadLastWordsAsync(bool timedOut, CancellationToken cancellation)
    {
        if (Ending is not null) return Ending;
        if (timedOut) return End(SmtpOutcome.TimedOut, "the server did not take the message in time");
        var step = await ReadAsync(LastWords, cancellation);
        if (Ending is { Outcome: SmtpOutcome.Lost or SmtpOutcome.TimedOut }) return Ending = new SmtpStep(SmtpOutcome.Lost, null, "the server closed the connection while it was sent the message");
        return EndAfter(step);
    }

    /// <summary>Ends the connection because the server has said <paramref name="step"/> where nothing further can be said.</summary>
    public SmtpStep EndAfter(SmtpStep step)
    {
        if (Ending is not null) return Ending;
        Ending = step.IsDone ? new SmtpStep(SmtpOutcome.ProtocolError, step.Reply, $"the server spoke out of turn: {Cut(step.Text)}") : step;
        connection.Abort();
        return Ending;
    }

    /// <summary>Ends the connection because a positive reply is of the wrong kind, such as 354 to MAIL.</summary>
    public SmtpStep EndUnexpected(SmtpStep step)
    {
        Ending = new SmtpStep(SmtpOutcome.ProtocolError, step.Reply, $"the server gave an answer that does not fit: {Cut(step.Text)}");
        connection.Abort();
        return Ending;
    }

    /// <summary>Ends the connection for a reason of ours.</summary>
    public SmtpStep End(SmtpOutcome outcome, string text)
    {
        Ending = new SmtpStep(outcome, null, text);
        _secret.Forget();
        connection.Abort();
        return Ending;
    }

    /// <summary>Notes that the dialogue ended as it should.</summary>
    public void Finish(SmtpStep step) => Ending ??= step;

    private static string Cut(string text) => text.Length <= 500 ? text : text[..500];

    // What a mechanism says stays whole: people do not read it.
    private ReadOnlyMemory<byte> WithoutSecret(ReadOnlyMemory<byte> line) => line.Span.StartsWith("334"u8) ? line : _secret.Mask(line, status: 3);

    private SmtpStep Hear(SmtpReplyText reply)
    {
        var step = SmtpStep.Of(reply);
        if (reply.Code == 421) Ending = step; // RFC 5321 §3.8: it may come at any point, and the server closes
        return step;
    }
}
