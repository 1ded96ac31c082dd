using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Merpati.Wire.Connecting;

namespace Merpati.Wire.Tests.Connecting;

/// <summary>A server on this machine that does with its one client what a test says.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _served;

    public LoopbackServer(Func<Socket, NetworkStream, Task> serve)
    {
        _listener.Start();
        _served = ServeAsync(serve);
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Says "go" and shakes hands with <paramref name="certificate"/>, then says "hello" and repeats one line.</summary>
    public static LoopbackServer Secured(X509Certificate2 certificate, Action<SslStream>? secured = null, bool asksForCertificate = false) => new(async (_, stream) =>
    {
        await stream.WriteAsync("go\r\n"u8.ToArray());
#pragma warning disable CA5359 // whatever the client shows
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: true, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, ClientCertificateRequired = asksForCertificate });
        secured?.Invoke(tls);
        await tls.WriteAsync("hello\r\n"u8.ToArray());
        var line = new byte[100];
        var length = await tls.ReadAsync(line);
        await tls.WriteAsync(line.AsMemory(0, length));
    });

    /// <summary>A certificate for mail.test and 127.0.0.1, signed by <paramref name="authority"/> or by itself.</summary>
    public static X509Certificate2 Certificate(X509Certificate2? authority, int fromDay = -5, int toDay = 5, bool onlyCommonName = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mail.test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("mail.test");
        names.AddIpAddress(IPAddress.Loopback);
        if (!onlyCommonName) request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        if (authority is null) return request.CreateSelfSigned(now.AddDays(fromDay), now.AddDays(toDay));
        using var bare = request.Create(authority, now.AddDays(fromDay), now.AddDays(toDay), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Connects to it.</summary>
    public async Task<OutgoingConnection> ConnectAsync(OutgoingOptions? options = null)
    {
        var attempt = await OutgoingConnection.ConnectAsync(EndPoint, options ?? new OutgoingOptions(), default);
        Assert.Equal(ConnectOutcome.Connected, attempt.Outcome);
        return attempt.Connection!;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _served.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public static string Text(ReadOnlyMemory<byte> line) => Encoding.Latin1.GetString(line.Span);

    private async Task ServeAsync(Func<Socket, NetworkStream, Task> serve)
    {
        try
        {
            using var socket = await _listener.AcceptSocketAsync();
            await using var stream = new NetworkStream(socket);
            await serve(socket, stream);
        }
        catch (Exception gone) when (gone is IOException or SocketException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
            // The client went away, or nobody came.
        }
    }
}
