using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Host.Tests.Talking;

/// <summary>A server that does to one client what the test says, right or wrong.</summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(1));

    public ScriptedServer(Func<ScriptedServer, Task> script)
    {
        _listener.Start();
        Script = RunAsync(script);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The script, which has to end well.</summary>
    public Task Script { get; }

    private NetworkStream Stream { get; set; } = null!;

    public Task SayAsync(string text) => SayAsync(Encoding.UTF8.GetBytes(text));

    public Task SayAsync(byte[] octets) => Stream.WriteAsync(octets, _end.Token).AsTask();

    /// <summary>The next line of the client; null when it has closed.</summary>
    public async Task<string?> HearAsync() => await HearOctetsAsync() is { } octets ? Encoding.UTF8.GetString(octets).TrimEnd('\r') : null;

    /// <summary>The octets of the next line of the client, without the line feed; null when it has closed.</summary>
    public async Task<byte[]?> HearOctetsAsync()
    {
        var line = new List<byte>();
        var octet = new byte[1];
        while (await Stream.ReadAsync(octet, _end.Token) > 0)
        {
            if (octet[0] == (byte)'\n') return [.. line];
            line.Add(octet[0]);
        }

        return null;
    }

    /// <summary>Answers each of these lines in turn with what stands beside it.</summary>
    public async Task PlayAsync(params (string Heard, string Said)[] turns)
    {
        foreach (var (heard, said) in turns)
        {
            Assert.Equal(heard, await HearAsync());
            await SayAsync(said);
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
        _listener.Dispose();
    }

    private async Task RunAsync(Func<ScriptedServer, Task> script)
    {
        using var client = await _listener.AcceptTcpClientAsync(_end.Token);
        Stream = client.GetStream();
        await script(this);
    }
}
