using System.Buffers;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;
using Merpati.Wire.Listening;

namespace Merpati.Wire.Tests;

/// <summary>A session runs on the thread that its octets came in on; it may not keep it.</summary>
public sealed class TurnsTests
{
    private const int Lines = 10_000;

    // A turn is 64. It may go on here where another thread has taken it up and come to the next line before this one looks whether it must wait; not again and again.
    private const int SomeTurns = 10 * 65;

    [ThreadStatic]
    private static bool _sending;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AClientThatIsNeverWaitedForDoesNotKeepTheThread(bool asText)
    {
        var service = new CountingService(asText);
        await using var client = new MemoryClient(service);
        await client.SendAsync("go\r\n");
        _sending = true;
        var sending = client.SendAsync(string.Concat(Enumerable.Repeat("a line of text\r\n", Lines)) + ".\r\n");
        _sending = false;
        await sending;
        Assert.Equal("done", await client.ReadLineAsync());
        Assert.Equal(Lines, service.OnThreadOfSender + service.Elsewhere);
        if (!asText) Assert.InRange(service.OnThreadOfSender, 1, SomeTurns);
    }

    [Fact]
    public async Task AClientThatReadsWithoutAPauseDoesNotKeepTheThread()
    {
        var service = new WritingService();
        await using var client = new MemoryClient(service);
        _sending = true;
        var sending = client.SendAsync("go\r\n");
        _sending = false;
        await sending;
        while (await client.ReadLineAsync() is "piece")
        {
        }

        Assert.InRange(service.OnThreadOfSender, 1, SomeTurns);
    }

    private sealed class WritingService : IConnectionService
    {
        public int OnThreadOfSender { get; private set; }

        public int MaxLineLength => 512;

        public async Task ServeAsync(WireConnection connection)
        {
            var patience = TimeSpan.FromMinutes(1);
            await connection.ReadLineAsync(patience, mayDrain: false);
            for (var i = 0; i < Lines; i++)
            {
                if (_sending) OnThreadOfSender++;
                connection.Output.Write("piece\r\n"u8);
                Assert.True(await connection.FlushAsync(patience));
            }
        }

        public ReadOnlyMemory<byte> Refusal(Admission reason) => default;
    }

    private sealed class CountingService(bool asText) : IConnectionService, IOctetSink
    {
        public int OnThreadOfSender { get; private set; }

        public int Elsewhere { get; private set; }

        public int MaxLineLength => 512;

        public async Task ServeAsync(WireConnection connection)
        {
            var patience = TimeSpan.FromMinutes(1);
            Assert.Equal(LineStatus.Line, await connection.ReadLineAsync(patience, mayDrain: false));
            if (asText) await connection.ReadDotTextAsync(new DotTextDecoder(this, BareNewlines.Refuse), patience, 1);
            else await ReadLinesAsync(connection, patience);
            connection.Output.Write("done\r\n"u8);
        }

        public void Append(ReadOnlySpan<byte> octets) => Count(octets.Count((byte)'\n'));

        public ReadOnlyMemory<byte> Refusal(Admission reason) => default;

        private async Task ReadLinesAsync(WireConnection connection, TimeSpan patience)
        {
            while (await connection.ReadLineAsync(patience, mayDrain: false) == LineStatus.Line && !connection.Line.Span.SequenceEqual("."u8)) Count(1);
        }

        private void Count(int lines)
        {
            if (_sending) OnThreadOfSender += lines;
            else Elsewhere += lines;
        }
    }
}
