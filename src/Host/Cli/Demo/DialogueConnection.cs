using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Host.Cli.Demo;

/// <summary>The client's end of a dialogue: lines over a socket. Every wait has a bound, so that a server that does not answer is noticed.</summary>
internal sealed class DialogueConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly MemoryStream _line = new();
    private int _start;
    private int _end;

    private DialogueConnection(Socket socket) => _socket = socket;

    /// <summary>Whether the server has closed.</summary>
    public bool IsClosed { get; private set; }

    public static async Task<DialogueConnection> OpenAsync(IPEndPoint endPoint, CancellationToken cancellation)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endPoint, cancellation);
            return new DialogueConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a line. That the server has closed meanwhile is noticed when it is read.</summary>
    public async Task SendAsync(string line, bool endsInLineFeed, CancellationToken cancellation)
    {
        ReadOnlyMemory<byte> octets = Encoding.UTF8.GetBytes(line + (endsInLineFeed ? "\n" : "\r\n"));
        try
        {
            while (!octets.IsEmpty) octets = octets[await _socket.SendAsync(octets, cancellation)..];
        }
        catch (SocketException)
        {
            IsClosed = true;
        }
    }

    /// <summary>The next line of the server without its line end; null when it has closed, or says nothing for half a minute.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        _line.SetLength(0);
        while (true)
        {
            if (_start == _end && !await FillAsync(either.Token, cancellation)) return null;
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var length = found < 0 ? _end - _start : found;
            _line.Write(_buffer, _start, length);
            _start += found < 0 ? length : length + 1;
            if (found >= 0) return Encoding.UTF8.GetString(_line.ToArray()).TrimEnd('\r');
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _line.Dispose();
    }

    private async Task<bool> FillAsync(CancellationToken either, CancellationToken cancellation)
    {
        try
        {
            _start = 0;
            _end = 0;
            _end = await _socket.ReceiveAsync(_buffer, either);
            IsClosed = _end == 0;
            return !IsClosed;
        }
        catch (SocketException)
        {
            IsClosed = true;
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
