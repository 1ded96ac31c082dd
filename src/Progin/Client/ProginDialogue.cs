using System.Buffers;
using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Progin.Client;

/// <summary>Commands out, replies in, over one connection. Whatever ends the connection is kept in <see cref="Ending"/>; from then on nothing is sent and each reply is that.</summary>
internal sealed class ProginDialogue(WireConnection connection, ProginClientOptions options)
{
    public const int MaxLineLength = 8192; // octets; a header line of a listing has at most 1,000 characters and some

    private readonly SpokenSecret _secret = new();

    public WireConnection Connection => connection;

    public ProginClientOptions Options => options;

    /// <summary>What ended the connection; null while it lasts.</summary>
    public ProginStep? Ending { get; private set; }

    /// <summary>While it is not disposed, cancelling tears the connection down: each wait then ends.</summary>
    public CancellationTokenRegistration AbortOn(CancellationToken cancellation) =>
        cancellation.UnsafeRegister(static state => ((WireConnection)state!).Abort(), connection);

    /// <summary>Writes a command, to go out with the wait for its reply.</summary>
    public void Write(string line)
    {
        if (Ending is not null) return;
        Put(line, default);
        options.Transcript?.Client(line);
    }

    /// <summary>
    /// Writes a command that ends in a password, of which none is in the transcript. No copy stays behind here but the one by which it is taken out of the reply, until
    /// that has come.
    /// </summary>
    public void WriteSecret(string prefix, ReadOnlySpan<byte> password)
    {
        if (Ending is not null) return;
        if (password.ContainsAny((byte)'\r', (byte)'\n', (byte)0)) throw new ArgumentException("a password holds what ends a line", nameof(password));
        Put(prefix, password);
        _secret.Keep(password, isEncoded: false);
        options.Transcript?.Client(prefix + "...");
    }

    /// <summary>Says a command and reads its reply.</summary>
    public ValueTask<ProginStep> AskAsync(string line, CancellationToken cancellation)
    {
        Write(line);
        return ReadReplyAsync(options.CommandTimeout, cancellation);
    }

    /// <summary>Sends what was written and reads a reply.</summary>
    public async ValueTask<ProginStep> ReadReplyAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (await ReadLineAsync(timeout, cancellation) is { } ended) return ended;
        return ReplyOf(Show()) ?? End(ProginOutcome.ProtocolError, "the server sent something that is no reply");
    }

    /// <summary>Sends what was written and reads a line, which is in <see cref="Connection"/> then: null; or what ended the connection.</summary>
    public async ValueTask<ProginStep?> ReadLineAsync(TimeSpan timeout, CancellationToken cancellation)
    {
        if (Ending is not null) return Ending;
        var status = await connection.ReadLineAsync(timeout, mayDrain: false);
        if (cancellation.IsCancellationRequested) return End(ProginOutcome.Cancelled, "cancelled");
        return status switch
        {
            LineStatus.Line => null,
            LineStatus.TooLong => End(ProginOutcome.ProtocolError, "the server sent a line without an end"),
            LineStatus.TimedOut => End(ProginOutcome.TimedOut, "the server did not answer in time"),
            _ => End(ProginOutcome.Lost, "the server closed the connection without an answer"),
        };
    }

    /// <summary>The line read last, as the transcript gets it.</summary>
    public string Show()
    {
        var line = ServerText.Show(_secret.Mask(connection.Line, status: 3).Span);
        _secret.Forget();
        options.Transcript?.Server(line);
        return line;
    }

    /// <summary>What a line says as a reply; null when it is none.</summary>
    public static ProginStep? ReplyOf(string line)
    {
        if (Is(line, "OK") || Is(line, "BYE")) return new ProginStep(ProginOutcome.Done, line);
        return Is(line, "ERR") ? new ProginStep(ProginOutcome.Refused, line) : null;
    }

    /// <summary>Ends the connection.</summary>
    public ProginStep End(ProginOutcome outcome, string text)
    {
        if (Ending is not null) return Ending;
        Ending = new ProginStep(outcome, text);
        _secret.Forget();
        connection.Abort();
        return Ending;
    }

    /// <summary>Notes that the dialogue is over, by what the server said last.</summary>
    public void Finish(ProginStep step) => Ending ??= step;

    private static bool Is(string line, string word) =>
        line.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (line.Length == word.Length || line[word.Length] == ' ');

    private void Put(string line, ReadOnlySpan<byte> secret)
    {
        // Nothing that could be a second command ever leaves, whatever it was made of.
        if (line.AsSpan().ContainsAnyInRange('\0', '\x1F') || line.Contains('\x7F', StringComparison.Ordinal)) throw new ArgumentException("a command holds a control character", nameof(line));
        Encoding.UTF8.GetBytes(line, connection.Output);
        connection.Output.Write(secret);
        connection.Output.Write("\r\n"u8);
    }
}
