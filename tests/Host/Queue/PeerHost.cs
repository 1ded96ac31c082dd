using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Host.Tests.Queue;

/// <summary>
/// A next host that does what a test says. It is asked for its answer to "" (somebody has connected), to each command, and to "." (the text has ended);
/// null is to hang up, and an answer goes out octet for octet with CRLF behind it.
/// </summary>
internal sealed class PeerHost : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, Task<string?>> _answer;
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _taken = [];
    private readonly Task _serving;

    public PeerHost(Func<string, Task<string?>> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Octets that it sends in place of an answer, without an end; null to answer.</summary>
    public Func<string, byte[]?> Flood { get; init; } = _ => null;

    /// <summary>What it has said yes to, each text in full.</summary>
    public IReadOnlyList<string> Taken
    {
        get
        {
            lock (_taken) return [.. _taken];
        }
    }

    /// <summary>The answers of a host that takes everything.</summary>
    public static string Polite(string command) => command.Split(' ', ':')[0].ToUpperInvariant() switch
    {
        "" => "220 peer.example",
        "EHLO" => "250-peer.example\r\n250 8BITMIME",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 2.0.0 ok",
    };

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true) sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or InvalidOperationException)
        {
        }

        await Task.WhenAll(sessions);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await ServeAsync(client.GetStream());
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                // The other end was killed, or the test is over.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        for (var line = ""; line is not null; line = await reader.ReadLineAsync(_end.Token))
        {
            if (await FloodAsync(stream, line)) return;
            var answer = await _answer(line).WaitAsync(_end.Token);
            if (!await SayAsync(stream, answer) || line.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase)) return;
            if (!line.StartsWith("DATA", StringComparison.OrdinalIgnoreCase) || answer is not ['3', ..]) continue;
            var text = new StringBuilder();
            for (var part = await reader.ReadLineAsync(_end.Token); part != "."; part = await reader.ReadLineAsync(_end.Token))
            {
                if (part is null) return; // cut short: nothing was taken
                text.Append(part).Append("\r\n");
            }

            if (await FloodAsync(stream, ".")) return;
            var verdict = await _answer(".").WaitAsync(_end.Token);
            if (verdict is ['2', ..])
            {
                lock (_taken) _taken.Add(text.ToString());
            }

            if (!await SayAsync(stream, verdict)) return;
        }
    }

    private async Task<bool> FloodAsync(NetworkStream stream, string command)
    {
        if (Flood(command) is not { } flood) return false;
        while (!_end.IsCancellationRequested) await stream.WriteAsync(flood, _end.Token);
        return true;
    }

    private async Task<bool> SayAsync(NetworkStream stream, string? answer)
    {
        if (answer is null) return false;
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer + "\r\n"), _end.Token);
        return true;
    }
}
