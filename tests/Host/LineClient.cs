using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>A client that speaks a line protocol over a real socket, octet for octet.</summary>
internal sealed class LineClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private SslStream? _tls;

    private LineClient(Socket socket) => _socket = socket;

    /// <summary>Connects and reads the greeting. A client that will not read takes little into its own system's buffer, if it says so.</summary>
    public static async Task<LineClient> ConnectAsync(IPEndPoint endPoint, int? receiveBuffer = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } octets) socket.ReceiveBufferSize = octets;
        await socket.ConnectAsync(endPoint);
        var client = new LineClient(socket);
        client.Greeting = await client.ReadLineAsync() ?? "";
        return client;
    }

    /// <summary>Goes over to TLS and returns the certificate that the server has shown, whosever it is.</summary>
    public async Task<X509Certificate2> StartTlsAsync()
    {
        Assert.StartsWith("220", await AskAsync("STARTTLS"), StringComparison.Ordinal);
        _tls = new SslStream(new NetworkStream(_socket, ownsSocket: false), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await _tls.AuthenticateAsClientAsync("mx.example.org").WaitAsync(Patience);
        return X509CertificateLoader.LoadCertificate(_tls.RemoteCertificate!.GetRawCertData());
    }

    public string Greeting { get; private set; } = "";

    /// <summary>Sends one command line and returns the last line of its reply (SMTP) or its only one (POP3).</summary>
    public async Task<string> AskAsync(string command)
    {
        await SendAsync(Encoding.Latin1.GetBytes(command + "\r\n"));
        return await ReadReplyAsync();
    }

    public async Task SendAsync(ReadOnlyMemory<byte> octets)
    {
        if (_tls is not null)
        {
            await _tls.WriteAsync(octets);
            return;
        }

        while (!octets.IsEmpty) octets = octets[await _socket.SendAsync(octets)..];
    }

    public async Task<string> ReadReplyAsync()
    {
        while (true)
        {
            var line = await ReadLineAsync() ?? "[closed]";
            if (line.Length < 4 || line[3] != '-' || line.StartsWith("-ERR", StringComparison.Ordinal)) return line;
        }
    }

    /// <summary>The next line without its CRLF; null when the server has closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var octets = await ReadOctetsToLineFeedAsync();
        return octets is null ? null : Encoding.Latin1.GetString(octets).TrimEnd('\n').TrimEnd('\r');
    }

    /// <summary>Dotted text up to its end, with the doubled dots taken away; null when the server closed before the end.</summary>
    public async Task<byte[]?> ReadTextAsync()
    {
        using var text = new MemoryStream();
        while (await ReadOctetsToLineFeedAsync() is { } line)
        {
            if (line.AsSpan().SequenceEqual(".\r\n"u8)) return text.ToArray();
            text.Write(line[0] == (byte)'.' ? line.AsSpan(1) : line);
        }

        return null;
    }

    /// <summary>Cuts the connection off without a farewell, as a client that crashes does.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose()
    {
        _tls?.Dispose();
        _socket.Dispose();
    }

    private async Task<byte[]?> ReadOctetsToLineFeedAsync()
    {
        using var line = new MemoryStream();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await (_tls is null ? _socket.ReceiveAsync(_buffer) : _tls.ReadAsync(_buffer).AsTask()).WaitAsync(Patience);
                if (_end == 0) return null;
            }

            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var length = found < 0 ? _end - _start : found + 1;
            line.Write(_buffer, _start, length);
            _start += length;
            if (found >= 0) return line.ToArray();
        }
    }
}
