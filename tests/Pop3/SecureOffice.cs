using System.Net;
using Merpati.Auth;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Tests;

/// <summary>A post office with TLS on real sockets: one listener in the clear, one with TLS from the first octet. Plain passwords need TLS.</summary>
internal sealed class SecureOffice : IAsyncDisposable
{
    private readonly Heartbeat _heartbeat = new(TimeProvider.System);
    private ConnectionListener? _clear;
    private ConnectionListener? _secure;

    private SecureOffice()
    {
    }

    public PostOffice Office { get; } = OfficeSasl.NewOffice();

    public OfficeCertificate Certificate { get; } = new();

    public IPEndPoint Clear => _clear!.EndPoint;

    public IPEndPoint Secure => _secure!.EndPoint;

    public static async Task<SecureOffice> OpenAsync(Action<PostOffice>? arrange = null)
    {
        var secure = new SecureOffice();
        var office = secure.Office;
        office.Options = office.Options with { RequireTls = TlsRequirement.Always };
        office.Tls = new TlsServer(new TlsServerOptions { Certificates = secure.Certificate, ApplicationProtocols = ["pop3"], ClientAuthorities = [secure.Certificate.Pauls] });
        arrange?.Invoke(office);
        var surroundings = new ListenerSurroundings(new ConnectionLimits(100, 100), secure._heartbeat, TimeProvider.System, office.Log);
        var service = office.Service();
        secure._clear = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), service, surroundings);
        secure._secure = await ConnectionListener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), service, surroundings, new ListenerOptions { ImplicitTls = office.Tls });
        return secure;
    }

    /// <summary>A client in the clear, its banner read.</summary>
    public async Task<SocketClient> ConnectAsync()
    {
        var client = await SocketClient.ConnectAsync(_clear!.EndPoint);
        Assert.StartsWith("+OK ", await client.ReadLineAsync(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>A client of the other listener, which has said nothing yet.</summary>
    public Task<SocketClient> ConnectSecureAsync() => SocketClient.ConnectAsync(_secure!.EndPoint);

    /// <summary>Waits until every session has ended.</summary>
    public async Task CloseAsync()
    {
        foreach (var listener in (ConnectionListener[])[_clear!, _secure!])
        {
            await listener.StopAcceptingAsync();
            Assert.Equal(0, await listener.DrainAsync(TimeSpan.FromSeconds(30)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _clear!.DisposeAsync();
        await _secure!.DisposeAsync();
        _heartbeat.Dispose();
        Certificate.Dispose();
    }
}
