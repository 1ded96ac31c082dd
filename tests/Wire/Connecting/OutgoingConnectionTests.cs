using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Merpati.Transcripts;
using Merpati.Wire.Connecting;
using Merpati.Wire.Connections;

namespace Merpati.Wire.Tests.Connecting;

/// <summary>Connections that we make, over real sockets.</summary>
public sealed class OutgoingConnectionTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task CarriesLinesBothWays()
    {
        await using var server = new LoopbackServer(async (_, stream) =>
        {
            await stream.WriteAsync("hello\r\n"u8.ToArray());
            var line = new byte[100];
            await stream.WriteAsync(line.AsMemory(0, await stream.ReadAsync(line)));
        });
        await using var connection = await server.ConnectAsync();
        var wire = connection.Wire;
        Assert.Equal(server.EndPoint, wire.Ends.Remote);
        Assert.Equal(LineStatus.Line, await wire.ReadLineAsync(Patience, mayDrain: false));
        Assert.Equal("hello", LoopbackServer.Text(wire.Line));
        wire.Output.Write("echo\r\n"u8);
        Assert.Equal(LineStatus.Line, await wire.ReadLineAsync(Patience, mayDrain: false));
        Assert.Equal("echo", LoopbackServer.Text(wire.Line));
        Assert.Equal(LineStatus.Closed, await wire.ReadLineAsync(Patience, mayDrain: false));
    }

    [Fact]
    public async Task ComesFromTheAddressThatIsAskedFor()
    {
        var from = new TaskCompletionSource<IPAddress>();
        await using var server = new LoopbackServer((socket, _) =>
        {
            from.SetResult(((IPEndPoint)socket.RemoteEndPoint!).Address);
            return Task.CompletedTask;
        });
        var source = IPAddress.Parse("127.0.0.5");
        await using var connection = await server.ConnectAsync(new OutgoingOptions { Source4 = source, Source6 = IPAddress.IPv6Loopback });
        Assert.Equal(source, await from.Task.WaitAsync(Patience));
        Assert.Equal(source, connection.Wire.Ends.Local!.Address);
    }

    [Fact]
    public async Task SaysThatNobodyListens()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening: nobody else can
        var attempt = await OutgoingConnection.ConnectAsync((IPEndPoint)holder.LocalEndPoint!, new OutgoingOptions(), default);
        Assert.Equal(ConnectOutcome.Refused, attempt.Outcome);
        Assert.Null(attempt.Connection);
        Assert.Equal("the connection was refused", attempt.Fault);
    }

    [Fact]
    public async Task SaysThatThereIsNoWay()
    {
        var options = new OutgoingOptions { Source4 = IPAddress.Parse("192.0.2.1") };
        var attempt = await OutgoingConnection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 9), options, default);
        Assert.Equal(ConnectOutcome.Unreachable, attempt.Outcome);
        Assert.NotNull(attempt.Fault);
    }

    [Fact]
    public async Task IsCancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => OutgoingConnection.ConnectAsync(new IPEndPoint(IPAddress.Loopback, 9), new OutgoingOptions(), new CancellationToken(canceled: true)));

    [Fact]
    public async Task HasDeadlines()
    {
        var time = new FakeTime();
        using var heartbeat = new Heartbeat(time);
        var done = new TaskCompletionSource();
        await using var server = new LoopbackServer((_, _) => done.Task);
        await using (var connection = await server.ConnectAsync(new OutgoingOptions { Heartbeat = heartbeat, Time = time }))
        {
            var reading = connection.Wire.ReadLineAsync(TimeSpan.FromMinutes(5), mayDrain: false).AsTask();
            while (!reading.IsCompleted)
            {
                time.Advance(TimeSpan.FromSeconds(10));
                await Task.Yield();
            }

            Assert.Equal(LineStatus.TimedOut, await reading);
        }

        done.SetResult();
    }

    [Fact]
    public async Task GivesUpOnALineWithoutAnEnd()
    {
        long sent = 0;
        await using var server = new LoopbackServer(async (_, stream) =>
        {
            var octets = new byte[64 * 1024];
            Array.Fill(octets, (byte)'x');
            for (; sent < 1L << 30; sent += octets.Length) await stream.WriteAsync(octets);
        });
        await using (var connection = await server.ConnectAsync())
        {
            Assert.Equal(LineStatus.TooLong, await connection.Wire.ReadLineAsync(Patience, mayDrain: false));
            connection.Wire.Abort();
        }

        await server.DisposeAsync();
        Assert.InRange(sent, 0, 64 * 1024 * 1024);
    }
}
