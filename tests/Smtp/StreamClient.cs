using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Smtp.Tests;

/// <summary>A client over a real socket, in the clear and under TLS.</summary>
internal sealed class StreamClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _socket = new();
    private Stream _stream = Stream.Null;

    public static async Task<StreamClient> ConnectAsync(IPEndPoint server)
    {
        var client = new StreamClient();
        await client._socket.ConnectAsync(server);
        client._socket.NoDelay = true;
        client._stream = client._socket.GetStream();
        return client;
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The next line, octet by octet so that nothing behind it is taken; null when the server has closed.</summary>
    public async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        var octet = new byte[1];
        while (true)
        {
            try
            {
                if (await _stream.ReadAsync(octet).AsTask().WaitAsync(Patience) == 0) return null;
            }
            catch (IOException)
            {
                return null;
            }

            if (octet[0] == (byte)'\n') return line.ToString();
            if (octet[0] != (byte)'\r') line.Append((char)octet[0]);
        }
    }

    /// <summary>Sends a command and returns the last line of its reply.</summary>
    public async Task<string?> AskAsync(string command)
    {
        await SendAsync(command + "\r\n");
        return (await ReadReplyAsync())?[^1];
    }

    /// <summary>All lines of a reply; null when the server has closed.</summary>
    public async Task<List<string>?> ReadReplyAsync()
    {
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line[3] == ' ') return lines;
        }

        return null;
    }

    public async Task SecureAsync()
    {
#pragma warning disable CA5359 // the certificate is the test's own
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("mx.example.org").WaitAsync(Patience);
        _stream = tls;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }
}
