using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Merpati.Smtp.Client;
using Merpati.Transcripts;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Tests;

/// <summary>
/// A server that does what a script says, in memory: "S: " lines are sent with CRLF, "s: " lines as they are (\r and \n escaped), "C: " lines must come, "*" in them
/// standing for any text, "C: [text]" is dotted text up to its lone dot, "C: [octets N]" so many octets. "S: [close]" hangs up. After the last line it is silent.
/// </summary>
internal sealed class ClientPeer : IAsyncDisposable
{
    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Pipe _toServer;
    private readonly Pipe _toClient;
    private readonly Heartbeat _heartbeat;
    private readonly string[] _script;
    private readonly bool _octetByOctet;
    private readonly Task _played;

    public ClientPeer(string script, bool octetByOctet = false, SmtpClientOptions? options = null, int mayHold = 0)
    {
        _script = [.. script.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0)];
        _octetByOctet = octetByOctet;
        _toServer = new Pipe(mayHold == 0 ? Inline : Holding(mayHold));
        _toClient = new Pipe(script.Contains("[endless", StringComparison.Ordinal) ? Holding(64 * 1024) : Inline);
        _heartbeat = new Heartbeat(Time);
        Connection = new WireConnection(new Duplex(_toClient.Reader, _toServer.Writer), new ConnectionEnds(null, null), 2048, _heartbeat, Abort) { GivesUpOnLongLines = true };
        Client = new SmtpClient(Connection, options ?? new SmtpClientOptions { HostName = "client.example" }, Time);
        _played = PlayAsync();
    }

    public FakeTime Time { get; } = new();

    public WireConnection Connection { get; }

    public SmtpClient Client { get; }

    /// <summary>What came as text, its dots still stuffed.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Whether the client tore the connection down.</summary>
    public bool Aborted { get; private set; }

    /// <summary>How many octets of an endless stream the client let in.</summary>
    public long Sent { get; private set; }

    /// <summary>Waits for a step of the client, moving the clock a second at a time while it is not done.</summary>
    public async Task<T> LetTimePassAsync<T>(Task<T> step)
    {
        while (!step.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await step;
    }

    /// <summary>The script must have been played to its end; a fault of the client's shows here.</summary>
    public Task EndAsync() => _played.WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _toClient.Writer.CompleteAsync();
        await _toServer.Reader.CompleteAsync();
        _heartbeat.Dispose();
        if (!_played.IsFaulted) await Task.WhenAny(_played);
    }

    private static PipeOptions Holding(int octets) => new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: octets, resumeWriterThreshold: octets / 2, useSynchronizationContext: false);

    private async Task PlayAsync()
    {
        foreach (var line in _script)
        {
            var content = line.Length > 3 ? line[3..] : "";
            if (line == "S: [close]") await _toClient.Writer.CompleteAsync();
            else if (line == "S: [endless]") await FloodAsync(new string('x', 1024));
            else if (line == "S: [endless lines]") await FloodAsync("250-more\r\n");
            else if (line.StartsWith("S:", StringComparison.Ordinal)) await SendAsync(content + "\r\n");
            else if (line.StartsWith("s:", StringComparison.Ordinal)) await SendAsync(content.Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal));
            else if (line == "C: [text]") Text = await ReadTextAsync();
            else if (line.StartsWith("C: [octets ", StringComparison.Ordinal)) Text = await ReadOctetsAsync(int.Parse(line[11..^1], CultureInfo.InvariantCulture));
            else if (line.StartsWith("C:", StringComparison.Ordinal)) Expect(content, await ReadLineAsync());
        }
    }

    private static void Expect(string pattern, string? line)
    {
        var parts = pattern.Split('*');
        var fits = parts.Length == 1 ? pattern == line : line is not null && line.StartsWith(parts[0], StringComparison.Ordinal) && line.EndsWith(parts[^1], StringComparison.Ordinal);
        Assert.True(fits, $"expected C: {pattern}\nbut got  C: {line ?? "[closed]"}");
    }

    private async Task SendAsync(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        if (!_octetByOctet)
        {
            await _toClient.Writer.WriteAsync(octets);
            return;
        }

        foreach (var octet in octets) await _toClient.Writer.WriteAsync(new[] { octet });
    }

    private async Task FloodAsync(string piece)
    {
        var octets = Encoding.ASCII.GetBytes(piece);
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

    private async Task<string> ReadTextAsync()
    {
        var text = new StringBuilder();
        while (await ReadLineAsync() is { } line)
        {
            if (line == ".") return text.ToString();
            text.Append(line).Append("\r\n");
        }

        return text.Append("[cut]").ToString();
    }

    private async Task<string> ReadOctetsAsync(int count)
    {
        while (true)
        {
            var result = await _toServer.Reader.ReadAsync();
            if (result.Buffer.Length >= count || result.IsCompleted)
            {
                var octets = result.Buffer.Slice(0, Math.Min(count, result.Buffer.Length));
                var text = Encoding.Latin1.GetString(octets.ToArray());
                _toServer.Reader.AdvanceTo(octets.End);
                return text;
            }

            _toServer.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
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
