using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Delivery.Tests;

/// <summary>A host that answers each command as a test says, connection after connection.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string?> _answer;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    /// <summary>
    /// A host; <paramref name="answer"/> gets each command ("" for the greeting, "." for the end of the text) and answers, or is null to hang up.
    /// </summary>
    public ScriptedPeer(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public List<string> Heard { get; } = [];

    public StringBuilder Text { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // This one was torn down; the next may come.
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
        var line = "";
        do
        {
            if (line.Length > 0) Heard.Add(line);
            if (_answer(line) is not { } answer) return;
            await writer.WriteLineAsync(answer);
            if (!answer.StartsWith("354", StringComparison.Ordinal)) continue;
            while (await reader.ReadLineAsync(_end.Token) is { } text && text != ".") Text.Append(text).Append("\r\n");
            if (_answer(".") is not { } verdict) return;
            await writer.WriteLineAsync(verdict);
        }
        while ((line = await reader.ReadLineAsync(_end.Token)) is not null && !line.StartsWith("QUIT", StringComparison.Ordinal));
    }
}
