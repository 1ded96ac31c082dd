using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Merpati.Pop3.Tests;

/// <summary>A client over a real socket, in the clear and under TLS.</summary>
internal sealed class SocketClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpClient _socket = new();
    private Stream _stream = Stream.Null;

    public static async Task<SocketClient> ConnectAsync(IPEndPoint server)
    {
        var client = new SocketClient();
        await client._socket.ConnectAsync(server);
        client._socket.NoDelay = true;
        client._stream = client._socket.GetStream();
        return client;
    }

    /// <summary>Goes over to TLS; the server's certificate is not looked at.</summary>
    public async Task SecureAsync(X509Certificate2? certificate = null, string? protocol = null)
    {
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "mail.example.org",
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            ApplicationProtocols = protocol is null ? null : [new SslApplicationProtocol(protocol)],
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        };
        await tls.AuthenticateAsClientAsync(options).WaitAsync(Patience);
    }

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends a command and returns the first line of its reply; null when the server has closed.</summary>
    public async Task<string?> AskAsync(string command)
    {
        await SendAsync(command + "\r\n");
        return await ReadLineAsync();
    }

    /// <summary>Sends a command and returns the lines of its reply but for the status and the dot.</summary>
    public async Task<List<string>> ListAsync(string command)
    {
        Assert.StartsWith("+OK", await AskAsync(command), StringComparison.Ordinal);
        var lines = new List<string>();
        while (await ReadLineAsync() is { } line and not ".") lines.Add(line);
        return lines;
    }

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

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }
}
