using System.Buffers;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Merpati.Transcripts;
using Merpati.Wire.Connecting;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;
using Merpati.Wire.Tests.Tls;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Tests.Connecting;

/// <summary>TLS, the client's side: whom it talks to, and what comes before.</summary>
public sealed class TlsClientTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly X509Certificate2 _authority = CertificateFolder.Authority("authority");

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("mail.test")]
    [InlineData("127.0.0.1")]
    public async Task TalksToTheServerThatItMeans(string name)
    {
        using var certificate = LoopbackServer.Certificate(_authority);
        await using var server = LoopbackServer.Secured(certificate);
        await using var connection = await GoAsync(server);
        Assert.True(await connection.Wire.SecureAsync(Trusting(TlsVerification.Verified, name)), connection.Wire.TlsFailure);
        Assert.Null(connection.Wire.TlsFailure);
        var tls = connection.Wire.Tls!;
        Assert.True(tls.IsVerified);
        Assert.Equal(SslProtocols.Tls13, tls.Protocol);
        Assert.Equal(certificate.Thumbprint, tls.ServerCertificate!.Thumbprint);
        Assert.Equal(32, tls.ServerEndPoint.Length);
        await TalkAsync(connection);
    }

    [Theory]
    [InlineData("wrong name", "is not for other.test")]
    [InlineData("only a common name", "is not for mail.test")]
    [InlineData("expired", "expired")]
    [InlineData("not yet valid", "not valid yet")]
    [InlineData("unknown authority", "nobody we trust")]
    [InlineData("self-signed", "nobody we trust")]
    [InlineData("for clients", "is not valid")]
    [InlineData("trusted by none of the machine", "nobody we trust")]
    public async Task TalksToNobodyElse(string trouble, string fault)
    {
        using var stranger = CertificateFolder.Authority("stranger");
        using var certificate = trouble switch
        {
            "only a common name" => LoopbackServer.Certificate(_authority, onlyCommonName: true),
            "expired" => LoopbackServer.Certificate(_authority, toDay: -1),
            "not yet valid" => LoopbackServer.Certificate(_authority, fromDay: 1),
            "unknown authority" => LoopbackServer.Certificate(stranger),
            "self-signed" => LoopbackServer.Certificate(null),
            "for clients" => CertificateFolder.Issue(_authority, "mail.test"),
            _ => LoopbackServer.Certificate(_authority),
        };
        foreach (var verification in new[] { TlsVerification.Verified, TlsVerification.Required, TlsVerification.None })
        {
            await using var server = LoopbackServer.Secured(certificate);
            await using var connection = await GoAsync(server);
            var options = Trusting(verification, trouble == "wrong name" ? "other.test" : "mail.test");
            if (trouble == "trusted by none of the machine") options = options with { Authorities = null };
            var secured = await connection.Wire.SecureAsync(options);
            Assert.Equal(verification != TlsVerification.Verified, secured);
            if (secured)
            {
                Assert.False(connection.Wire.Tls!.IsVerified);
                await TalkAsync(connection);
            }
            else
            {
                Assert.Null(connection.Wire.Tls);
                Assert.Contains(fault, connection.Wire.TlsFailure, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task ShowsACertificateWhereItIsAskedFor()
    {
        using var certificate = LoopbackServer.Certificate(_authority);
        using var own = CertificateFolder.Issue(_authority, "client");
        var shown = new TaskCompletionSource<string?>();
        await using var server = LoopbackServer.Secured(certificate, tls => shown.SetResult((tls.RemoteCertificate as X509Certificate2)?.Thumbprint), asksForCertificate: true);
        await using var connection = await GoAsync(server);
        var options = Trusting(TlsVerification.Verified, "mail.test") with { ClientCertificate = SslStreamCertificateContext.Create(own, null, offline: true) };
        Assert.True(await connection.Wire.SecureAsync(options), connection.Wire.TlsFailure);
        await TalkAsync(connection);
        Assert.Equal(own.Thumbprint, await shown.Task.WaitAsync(Patience));
    }

    // RFC 3207 §6: what was put in before the handshake by somebody else must not come out as if it were said under TLS.
    [Theory]
    [InlineData("250 evil\r\n")]
    [InlineData("x")]
    public async Task TalksNoMoreToAServerThatWentOnInTheClear(string injected)
    {
        await using var server = new LoopbackServer(async (_, stream) =>
        {
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes("go\r\n" + injected));
            await stream.ReadExactlyAsync(new byte[1]);
        });
        await using var connection = await GoAsync(server);
        while (!connection.Wire.HasBufferedInput) await Task.Yield();
        Assert.False(await connection.Wire.SecureAsync(Trusting(TlsVerification.None, "mail.test")));
        Assert.Equal("the server spoke in the clear where TLS should have begun", connection.Wire.TlsFailure);
        Assert.Null(connection.Wire.Tls);
        Assert.Equal(LineStatus.Closed, await connection.Wire.ReadLineAsync(Patience, mayDrain: false));
    }

    [Theory]
    [InlineData("250 evil\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0")]
    [InlineData("\u0016\u0003\u0003\u0040\u0000garbage that goes on and on")]
    [InlineData("\u0015\u0003\u0003\u0000\u0002\u0002\u0028")]
    [InlineData("")]
    public async Task EndsAtWhatIsNoHandshake(string answer)
    {
        await using var server = new LoopbackServer(async (_, stream) =>
        {
            await stream.WriteAsync("go\r\n"u8.ToArray());
            await stream.ReadExactlyAsync(new byte[1]);
            await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(answer));
            if (answer.Length == 0) return;
            while (await stream.ReadAsync(new byte[1000]) > 0)
            {
                // Until the client goes away.
            }
        });
        var time = new FakeTime();
        using var heartbeat = new Heartbeat(time);
        await using var connection = await GoAsync(server, new OutgoingOptions { Heartbeat = heartbeat });
        var securing = connection.Wire.SecureAsync(Trusting(TlsVerification.None, "mail.test")).AsTask();
        if (answer.StartsWith('\u0016'))
        {
            while (!securing.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1)); // a record that does not come to its end
                await Task.Yield();
            }
        }

        Assert.False(await securing.WaitAsync(Patience));
        Assert.NotEmpty(connection.Wire.TlsFailure!);
        Assert.Null(connection.Wire.Tls);
        connection.Wire.Output.Write("secret\r\n"u8); // nobody hears it
        await connection.Wire.FlushAsync(Patience);
        Assert.False(connection.Wire.HasBufferedInput);
        Assert.Equal(LineStatus.Closed, await connection.Wire.ReadLineAsync(Patience, mayDrain: false));
        Assert.Equal(LineStatus.Closed, await connection.Wire.ReadDotTextAsync(new DotTextDecoder(new Nowhere(), BareNewlines.Refuse), Patience, minOctets: 1));
        Assert.Equal(LineStatus.Closed, await connection.Wire.ReadOctetsAsync(new Nowhere(), 1, Patience, minOctets: 1));
    }

    [Fact]
    public async Task EndsAtASilentHandshake()
    {
        var done = new TaskCompletionSource();
        await using var server = new LoopbackServer(async (_, stream) =>
        {
            await stream.WriteAsync("go\r\n"u8.ToArray());
            await done.Task;
        });
        var time = new FakeTime();
        using var heartbeat = new Heartbeat(time);
        await using (var connection = await GoAsync(server, new OutgoingOptions { Heartbeat = heartbeat }))
        {
            var securing = connection.Wire.SecureAsync(Trusting(TlsVerification.None, "mail.test")).AsTask();
            while (!securing.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }

            Assert.False(await securing);
            Assert.Equal("the handshake took too long", connection.Wire.TlsFailure);
        }

        done.SetResult();
    }

    private TlsClientOptions Trusting(TlsVerification verification, string name) =>
        new() { TargetName = name, Verification = verification, Authorities = new X509Certificate2Collection(_authority) };

    private static async Task<OutgoingConnection> GoAsync(LoopbackServer server, OutgoingOptions? options = null)
    {
        var connection = await server.ConnectAsync(options);
        Assert.Equal(LineStatus.Line, await connection.Wire.ReadLineAsync(Patience, mayDrain: false));
        Assert.Equal("go", LoopbackServer.Text(connection.Wire.Line));
        return connection;
    }

    private static async Task TalkAsync(OutgoingConnection connection)
    {
        var wire = connection.Wire;
        Assert.Equal(LineStatus.Line, await wire.ReadLineAsync(Patience, mayDrain: false));
        Assert.Equal("hello", LoopbackServer.Text(wire.Line));
        wire.Output.Write("echo\r\n"u8);
        Assert.Equal(LineStatus.Line, await wire.ReadLineAsync(Patience, mayDrain: false));
        Assert.Equal("echo", LoopbackServer.Text(wire.Line));
    }
}
