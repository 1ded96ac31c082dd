using System.IO.Pipelines;
using System.Net;
using System.Text;
using Merpati.Pop3.Server;
using Merpati.Wire.Connections;

namespace Merpati.Pop3.Tests;

/// <summary>A client that sends and never reads. What the server may have on the way to it is bounded, as a socket's buffers are.</summary>
internal sealed class StalledClient
{
    public const int Room = 64 * 1024;

    private readonly Pipe _toServer = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0));
    private readonly Pipe _toClient = new(new PipeOptions(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: Room, resumeWriterThreshold: Room / 2));
    private readonly PostOffice _office;
    private readonly Heartbeat _heartbeat;
    private int _heldAtAbort;

    public StalledClient(PostOffice office, string commands)
    {
        _office = office;
        _heartbeat = new Heartbeat(office.Time);
        var service = office.Service();
        var loopback = new IPEndPoint(IPAddress.Loopback, 40000);
        var connection = new WireConnection(new Duplex(_toServer.Reader, _toClient.Writer), new ConnectionEnds(loopback, loopback), service.MaxLineLength, _heartbeat, Abort);
        Served = ServeAsync(service, connection);
        var sent = _toServer.Writer.WriteAsync(Encoding.ASCII.GetBytes(commands));
        Assert.True(sent.IsCompletedSuccessfully);
    }

    public Task Served { get; }

    public bool Aborted { get; private set; }

    /// <summary>The octets that wait to be read; those that waited when the connection was torn down, after that.</summary>
    public int Held
    {
        get
        {
            if (Aborted) return _heldAtAbort;
            if (!_toClient.Reader.TryRead(out var result)) return 0;
            var length = (int)result.Buffer.Length;
            _toClient.Reader.AdvanceTo(result.Buffer.Start);
            return length;
        }
    }

    /// <summary>Lets the time pass in which a client must read: the session is torn down, with the lock given back.</summary>
    public async Task OutwaitAsync()
    {
        // A session that is never made to wait takes turns, so it may still be on its way to the flush that nobody takes in.
        for (var tries = 0; Held < Room && tries < 1_000_000; tries++) await Task.Yield();
        Assert.False(Served.IsCompleted);
        _office.Time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(2));
        await Served.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(Aborted);
        Assert.Contains("NotReading", Assert.Single(_office.Log.Of(300)), StringComparison.Ordinal);
        Assert.False(_office.Messages.IsLocked(PostOffice.Paul));
        _heartbeat.Dispose();
    }

    private static async Task ServeAsync(Pop3Service service, WireConnection connection)
    {
        await service.ServeAsync(connection);
        await connection.DisposeAsync();
    }

    private void Abort()
    {
        _heldAtAbort = Held;
        Aborted = true;
        _toServer.Writer.Complete();
        _toClient.Reader.Complete();
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
