using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Merpati.Wire.Connections;

namespace Merpati.Transcripts;

/// <summary>
/// A server that does what a script says, in memory: "S: " lines are sent with CRLF, "s: " lines as they are with \r, \n and \xHH read as escapes, "C: " lines must come,
/// "*" in them standing for any text. "C: [any]" is whatever comes, "S: [close]" hangs up, "S: [endless TEXT]" sends TEXT, escapes and all, until the client has enough. What stands between two C lines
/// travels in one piece, in single octets, or with one cut. After the last line it is silent.
/// </summary>
/// <typeparam name="TClient">The client that talks to it.</typeparam>
public class ScriptedServer<TClient> : IAsyncDisposable
{
    /// <summary>What the server says between two lines of the client travels in one piece.</summary>
    public const int Whole = int.MaxValue;

    /// <summary>It travels in single octets.</summary>
    public const int OctetByOctet = 0;

    private const int MayHold = 64 * 1024;

    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Pipe _toServer = new(Inline(0));
    private readonly Pipe _toClient;
    private readonly Heartbeat _heartbeat;
    private readonly string[] _script;
    private readonly int _cut;

    /// <summary>A server that begins at once, and its client over the connection to it; what it says is cut after <paramref name="cut"/> octets.</summary>
    public ScriptedServer(string script, Func<WireConnection, TClient> client, int cut = Whole)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(client);
        _script = [.. script.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        _cut = cut;
        _toClient = new Pipe(Inline(script.Contains("[endless", StringComparison.Ordinal) ? MayHold : 0));
        _heartbeat = new Heartbeat(Time);
        Connection = new WireConnection(new Duplex(_toClient.Reader, _toServer.Writer), new ConnectionEnds(null, null), 2048, _heartbeat, Abort) { GivesUpOnLongLines = true };
        Client = client(Connection);
        Played = PlayAsync();
    }

    /// <summary>The client's clock.</summary>
    public FakeTime Time { get; } = new();

    /// <summary>The client's end.</summary>
    public WireConnection Connection { get; }

    /// <summary>The client.</summary>
    public TClient Client { get; }

    /// <summary>Whether the client tore the connection down.</summary>
    public bool Aborted { get; private set; }

    /// <summary>How many octets of an endless text the client let in.</summary>
    public long Sent { get; private set; }

    /// <summary>The playing of the script.</summary>
    internal Task Played { get; }

    /// <summary>How many octets the server has said.</summary>
    internal int Said { get; private set; }

    /// <summary>Waits for a step of the client, moving the clock a second at a time while it is not done.</summary>
    public async Task<T> LetTimePassAsync<T>(Task<T> step)
    {
        for (var seconds = 0; !step.IsCompleted; seconds++)
        {
            Assert.True(seconds < 24 * 3600, "the client waits for ever");
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await step;
    }

    /// <summary>Says something after the script has been played.</summary>
    public async Task SayAsync(string text)
    {
        await EndAsync();
        if (!Aborted) await _toClient.Writer.WriteAsync(Encoding.ASCII.GetBytes(text));
    }

    /// <summary>The script must have been played to its end; a fault of the client's shows here.</summary>
    public Task EndAsync() => Played.WaitAsync(Patience);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Connection.DisposeAsync();
        await _toClient.Writer.CompleteAsync();
        await _toServer.Reader.CompleteAsync();
        _heartbeat.Dispose();
        await Task.WhenAny(Played);
    }

    private static PipeOptions Inline(int mayHold) => new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: mayHold, resumeWriterThreshold: mayHold / 2, useSynchronizationContext: false);

    private async Task PlayAsync()
    {
        try
        {
            var pending = new List<byte>();
            foreach (var line in _script)
            {
                var content = line.Length > 3 ? line[3..] : "";
                if (line.StartsWith("s:", StringComparison.Ordinal))
                {
                    pending.AddRange(Unescape(content));
                    continue;
                }

                if (line.StartsWith("S:", StringComparison.Ordinal) && !content.StartsWith("[close", StringComparison.Ordinal) && !content.StartsWith("[endless ", StringComparison.Ordinal))
                {
                    pending.AddRange([.. Encoding.UTF8.GetBytes(content), (byte)'\r', (byte)'\n']);
                    continue;
                }

                await SendAsync(pending.ToArray());
                pending.Clear();
                if (line == "S: [close]") await _toClient.Writer.CompleteAsync();
                else if (line.StartsWith("S:", StringComparison.Ordinal)) await FloodAsync([.. Unescape(content["[endless ".Length..^1])]);
                else if (line == "C: [any]") _toServer.Reader.AdvanceTo((await _toServer.Reader.ReadAsync()).Buffer.End);
                else Expect(content, await ReadLineAsync());
            }

            await SendAsync(pending.ToArray());
        }
        catch (Exception failed) when (failed is not InvalidOperationException || !Aborted)
        {
            await _toClient.Writer.CompleteAsync();
            throw;
        }
    }

    private static void Expect(string pattern, string? line)
    {
        var parts = pattern.Split('*');
        var fits = parts.Length == 1 || pattern == "*" ? pattern == line : line is not null && line.StartsWith(parts[0], StringComparison.Ordinal) && line.EndsWith(parts[^1], StringComparison.Ordinal);
        Assert.True(fits, $"expected C: {pattern}\nbut got  C: {line ?? "[closed]"}");
    }

    private static IEnumerable<byte> Unescape(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                foreach (var octet in Encoding.UTF8.GetBytes(text[i..(i + 1)])) yield return octet;
                continue;
            }

            var escape = text[++i];
            if (escape == 'x') yield return byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            else yield return (byte)(escape == 'r' ? '\r' : '\n');
            if (escape == 'x') i += 2;
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        var before = Said;
        Said += octets.Length;
        if (_cut == OctetByOctet)
        {
            for (var i = 0; i < octets.Length; i++) await _toClient.Writer.WriteAsync(octets.Slice(i, 1));
            return;
        }

        var at = Math.Clamp(_cut - before, 0, octets.Length);
        if (at > 0) await _toClient.Writer.WriteAsync(octets[..at]);
        if (at < octets.Length) await _toClient.Writer.WriteAsync(octets[at..]);
    }

    private async Task FloodAsync(byte[] piece)
    {
        byte[] octets = [.. Enumerable.Repeat(piece, Math.Max(1, 1024 / piece.Length)).SelectMany(same => same)];
        for (Sent = 0; Sent < 1024 * 1024 * 1024; Sent += octets.Length)
        {
            if (Aborted) return;
            try
            {
                if ((await _toClient.Writer.WriteAsync(octets)).IsCompleted) return;
            }
            catch (InvalidOperationException) when (Aborted)
            {
                return;
            }
        }
    }

    private async Task<string?> ReadLineAsync()
    {
        while (true)
        {
            var result = await _toServer.Reader.ReadAsync();
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(result.Buffer.Slice(0, end).ToArray()).TrimEnd('\r');
                _toServer.Reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                return line;
            }

            _toServer.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted) return null;
        }
    }

    private void Abort()
    {
        Aborted = true;
        _toClient.Writer.CancelPendingFlush();
        _toClient.Writer.Complete(new IOException("aborted"));
        _toServer.Reader.Complete();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
