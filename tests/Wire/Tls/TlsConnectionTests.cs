using System.Buffers;
using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Tests.Tls;

/// <summary>What holds for a connection in the clear holds under TLS.</summary>
public sealed class TlsConnectionTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly CertificateFolder _folder = new();
    private readonly PemCertificates _certificates;
    private readonly TlsServer _tls;

    public TlsConnectionTests()
    {
        _certificates = _folder.Read(_folder.Make("mail", "mail.test"));
        _tls = new TlsServer(new TlsServerOptions { Certificates = _certificates });
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    // Where the clock moves before the server has begun to read, a try says nothing: three in a row do not.
    [Fact]
    public async Task TimesOutOnALineThatTricklesIn() => Assert.True(await EndsInTimeAsync() || await EndsInTimeAsync() || await EndsInTimeAsync());

    private async Task<bool> EndsInTimeAsync()
    {
        await using var peer = await SecuredAsync(new CommandService(_tls));
        var began = peer.Time.GetUtcNow();
        for (var minute = 0; minute < 5; minute++)
        {
            await peer.SendAsync("x");
            peer.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var closed = peer.ReadLineAsync();
        while (!closed.IsCompleted)
        {
            peer.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Null(await closed);
        await peer.Served;
        return peer.Time.GetUtcNow() - began < TimeSpan.FromMinutes(9); // one that each octet puts off ends then at the earliest
    }

    [Fact]
    public async Task WakesForADrain()
    {
        var service = new CommandService(_tls);
        await using var peer = await SecuredAsync(service);
        Assert.Equal("tls here", await peer.AskAsync("here"));
        peer.Connection.BeginDrain();
        Assert.Null(await peer.ReadLineAsync());
        Assert.Equal("Draining", service.Lines.Last());
    }

    [Fact]
    public async Task LosesNothingWhenItIsInterruptedBetweenOctets()
    {
        const string Text = "the quick brown fox\r\njumps over\r\n";
        var service = new CommandService(_tls);
        await using var peer = await SecuredAsync(service);
        for (var round = 0; round < 20; round++)
        {
            foreach (var octet in Text)
            {
                await peer.SendAsync(octet.ToString());
                peer.Connection.Interrupt();
            }

            Assert.Equal("tls the quick brown fox", await NextAsync(peer));
            Assert.Equal("tls jumps over", await NextAsync(peer));
        }

        Assert.Contains("Interrupted", service.Lines);
        Assert.Equal(40, service.Lines.Count(line => line is "the quick brown fox" or "jumps over"));
    }

    [Fact]
    public async Task ReadsTextAndOctetsThatComeInOneRecord()
    {
        var service = new BodyService(_tls);
        await using var peer = new WiredPeer(service);
        await peer.ShakeHandsAsync();
        var body = new string('b', 100_000);
        await peer.SendAsync("line\r\n" + body + "text\r\n.\r\nlast\r\n");
        Assert.Equal("line 100000 6 last True False", await peer.ReadLineAsync());
    }

    [Fact]
    public async Task HoldsABoundedAmountForAPeerThatDoesNotRead()
    {
        var service = new FloodService(_tls);
        await using var peer = new WiredPeer(service, serverMayHold: 64 * 1024);
        await peer.ShakeHandsAsync();
        await service.Begun;
        while (!peer.Served.IsCompleted) // the close of TLS does not wait for ever either
        {
            peer.Time.Advance(Timeout + TimeSpan.FromSeconds(2));
            await Task.Yield();
        }

        Assert.InRange(await service.Ended, 32 * 1024, 256 * 1024);
    }

    [Fact]
    public async Task CarriesMuchInBothDirections()
    {
        await using var peer = await SecuredAsync(new CommandService(_tls));
        var lines = Enumerable.Range(0, 5_000).Select(number => $"line {number} {new string('x', number % 400)}").ToList();
        var sending = peer.SendAsync(string.Concat(lines.Select(line => line + "\r\n")));
        foreach (var line in lines) Assert.Equal("tls " + line, await peer.ReadLineAsync());
        await sending;
    }

    private static async Task<string?> NextAsync(WiredPeer peer)
    {
        while (true)
        {
            var line = await peer.ReadLineAsync();
            if (line != "tls Interrupted") return line;
        }
    }

    private static async Task<WiredPeer> SecuredAsync(CommandService service)
    {
        var peer = new WiredPeer(service);
        await peer.SecureAsync();
        return peer;
    }

    private sealed class BodyService(TlsServer tls) : IConnectionService, IOctetSink
    {
        private long _octets;

        public int MaxLineLength => 512;

        public ReadOnlyMemory<byte> Refusal(Admission reason) => default;

        public void Append(ReadOnlySpan<byte> octets) => _octets += octets.Length;

        public async Task ServeAsync(WireConnection connection)
        {
            Assert.True(await connection.SecureAsync(tls));
            Assert.Equal(LineStatus.Line, await connection.ReadLineAsync(Timeout, mayDrain: false));
            var line = Encoding.ASCII.GetString(connection.Line.Span);
            var more = connection.HasBufferedInput;
            Assert.Equal(LineStatus.Line, await connection.ReadOctetsAsync(this, 100_000, Timeout, minOctets: 1));
            var counted = _octets;
            var decoder = new DotTextDecoder(this, BareNewlines.Refuse);
            Assert.Equal(LineStatus.Line, await connection.ReadDotTextAsync(decoder, Timeout, minOctets: 1));
            Assert.Equal(LineStatus.Line, await connection.ReadLineAsync(Timeout, mayDrain: false));
            var last = Encoding.ASCII.GetString(connection.Line.Span);
            connection.Output.Write(Encoding.ASCII.GetBytes($"{line} {counted} {decoder.Octets} {last} {more} {connection.HasBufferedInput}\r\n"));
        }
    }

    private sealed class FloodService(TlsServer tls) : IConnectionService
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public Task<int> Ended => _ended.Task;

        public int MaxLineLength => 512;

        public ReadOnlyMemory<byte> Refusal(Admission reason) => default;

        public async Task ServeAsync(WireConnection connection)
        {
            Assert.True(await connection.SecureAsync(tls));
            _begun.SetResult();
            var written = 0;
            do
            {
                connection.Output.Write(new byte[1000]);
                written += 1000;
            }
            while (await connection.FlushIfLargeAsync(Timeout));
            _ended.SetResult(written);
        }
    }
}
