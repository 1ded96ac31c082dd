using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Merpati.Dns.Tests;

/// <summary>A server on a port of its own, datagrams and connections, that does what a script says with each question, one after another.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Socket _datagrams = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly TcpListener _connections;
    private readonly Action<Asked> _script;
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly Task _running;

    public ScriptedServer(Action<Asked> script)
    {
        _script = script;
        _connections = Bind(_datagrams);
        Address = (IPEndPoint)_datagrams.LocalEndPoint!;
        _running = Task.WhenAll(TakeDatagramsAsync(), TakeConnectionsAsync());
    }

    public IPEndPoint Address { get; }

    /// <summary>What was asked so far, in order.</summary>
    public IReadOnlyList<Asked> Asked => [.. _asked];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _datagrams.Dispose();
        _connections.Stop();
        await _running;
        _stop.Dispose();
    }

    // The same number for both: whoever is unlucky tries the next.
    private static TcpListener Bind(Socket datagrams)
    {
        while (true)
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            try
            {
                datagrams.Bind(listener.LocalEndpoint);
                return listener;
            }
            catch (SocketException)
            {
                listener.Stop();
            }
        }
    }

    private async Task TakeDatagramsAsync()
    {
        var buffer = new byte[4096];
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var got = await _datagrams.ReceiveFromAsync(buffer, SocketFlags.None, Address, _stop.Token);
                var query = buffer[..got.ReceivedBytes];
                Handle(new Asked(query, got.RemoteEndPoint, isTcp: false, message => _datagrams.SendTo(message, got.RemoteEndPoint)));
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or InvalidOperationException)
            {
                // The end, or nobody listens to the answer any more.
            }
        }
    }

    private async Task TakeConnectionsAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var connection = await _connections.AcceptTcpClientAsync(_stop.Token);
                var stream = connection.GetStream();
                var length = new byte[2];
                await stream.ReadExactlyAsync(length, _stop.Token);
                var query = new byte[(length[0] << 8) | length[1]];
                await stream.ReadExactlyAsync(query, _stop.Token);
                Handle(new Asked(query, connection.Client.RemoteEndPoint!, isTcp: true, octets => stream.Write(octets)));
            }
            catch (Exception fault) when (fault is OperationCanceledException or SocketException or IOException or InvalidOperationException)
            {
                // The end, or of the client.
            }
        }
    }

    private void Handle(Asked asked)
    {
        _asked.Enqueue(asked);
        _script(asked);
    }
}
