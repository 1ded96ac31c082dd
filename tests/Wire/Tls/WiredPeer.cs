using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Tests.Tls;

/// <summary>A client of a session in this process, in the clear and then by TLS; the clock stands still unless a test moves it.</summary>
internal sealed class WiredPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Heartbeat _heartbeat;
    private readonly Pipe _toServer = new(Options(0));
    private readonly Pipe _toClient;
    private readonly Stream _plain;
    private SslStream? _secured;

    public WiredPeer(IConnectionService service, int serverMayHold = 0)
    {
        _toClient = new Pipe(Options(serverMayHold));
        _heartbeat = new Heartbeat(Time);
        _plain = new PipeStream(_toClient.Reader, _toServer.Writer);
        Connection = new WireConnection(new Duplex(_toServer.Reader, _toClient.Writer), new ConnectionEnds(null, null), service.MaxLineLength, _heartbeat, () => _toServer.Writer.Complete(new IOException("aborted")));
        Served = ServeAsync(service);
    }

    public FakeTime Time { get; } = new();

    public WireConnection Connection { get; }

    public Task Served { get; }

    public SslStream Secured => _secured!;

    public static SslClientAuthenticationOptions Trusting(string host = "mail.test", SslProtocols protocols = SslProtocols.None) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = protocols,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
    };

    /// <summary>Greets, says starttls and shakes hands.</summary>
    public async Task SecureAsync(SslClientAuthenticationOptions? options = null)
    {
        Assert.Equal("hello", await ReadLineAsync());
        await SendAsync("starttls\r\n");
        Assert.Equal("go", await ReadLineAsync());
        await ShakeHandsAsync(options);
    }

    public async Task ShakeHandsAsync(SslClientAuthenticationOptions? options = null)
    {
        _secured = new SslStream(_plain, leaveInnerStreamOpen: true);
        await _secured.AuthenticateAsClientAsync(options ?? Trusting()).WaitAsync(Patience);
    }

    public async Task SendAsync(string text) => await (_secured ?? _plain).WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendPlainAsync(ReadOnlyMemory<byte> octets) => await _plain.WriteAsync(octets);

    public async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        var octet = new byte[1];
        while (await (_secured ?? _plain).ReadAsync(octet).AsTask().WaitAsync(Patience) == 1)
        {
            if (octet[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)octet[0]);
        }

        return null;
    }

    public async Task<string> AskAsync(string line)
    {
        await SendAsync(line + "\r\n");
        return await ReadLineAsync() ?? "[closed]";
    }

    /// <summary>What comes by the pipe, as it is, until the server closes.</summary>
    public async Task<byte[]> ReadPlainToEndAsync()
    {
        using var all = new MemoryStream();
        await _plain.CopyToAsync(all).WaitAsync(Patience);
        return all.ToArray();
    }

    public async Task HangUpAsync() => await _toServer.Writer.CompleteAsync();

    public async ValueTask DisposeAsync()
    {
        await _toServer.Writer.CompleteAsync();
        await _toClient.Reader.CompleteAsync();
        await Served.WaitAsync(Patience);
        _heartbeat.Dispose();
    }

    private static PipeOptions Options(int mayHold) => new(pauseWriterThreshold: mayHold, resumeWriterThreshold: mayHold / 2, useSynchronizationContext: false);

    private async Task ServeAsync(IConnectionService service)
    {
        try
        {
            await service.ServeAsync(Connection);
        }
        finally
        {
            await Connection.DisposeAsync();
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
