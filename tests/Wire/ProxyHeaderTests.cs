using System.Buffers;
using System.Text;
using Merpati.Wire.Listening;

namespace Merpati.Wire.Tests;

public sealed class ProxyHeaderTests
{
    private const string Signature = "\r\n\r\n\0\r\nQUIT\n";
    private const string Four = "\xC0\x00\x02\x01\xC6\x33\x64\x01\x9C\x40\x00\x19"; // 192.0.2.1:40000 to 198.51.100.1:25
    private const string Six = "\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x02\x00\x01\xFF\xFF";

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\n", "192.0.2.1:40000", "198.51.100.1:25")]
    [InlineData("PROXY TCP4 255.255.255.255 0.0.0.0 65535 0\r\n", "255.255.255.255:65535", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:DB8:0:0:0:0:0:2 1 65535\r\n", "[2001:db8::1]:1", "[2001:db8::2]:65535")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "[::ffff:192.0.2.1]:1", "[::1]:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n", null, null)]
    [InlineData(Signature + "\x21\x11\x00\x0C" + Four, "192.0.2.1:40000", "198.51.100.1:25")]
    [InlineData(Signature + "\x21\x21\x00\x24" + Six, "[2001:db8::1]:1", "[2001:db8::2]:65535")]
    [InlineData(Signature + "\x21\x11\x00\x14" + Four + "\x04\x00\x00\xEE\x00\x02yz", "192.0.2.1:40000", "198.51.100.1:25")]
    [InlineData(Signature + "\x20\x00\x00\x00", null, null)]
    [InlineData(Signature + "\x20\x11\x00\x03xyz", null, null)]
    [InlineData(Signature + "\x21\x00\x00\x03xyz", null, null)]
    public void ReadsAHeaderHoweverItIsCutAndNothingOfWhatFollows(string header, string? remote, string? local)
    {
        var octets = Encoding.Latin1.GetBytes(header + "EHLO client\r\n");
        for (var length = 0; length < header.Length; length++) Assert.Equal(ProxyOutcome.NeedMore, Read(octets.AsSpan(0, length), 1).Outcome);
        for (var piece = 1; piece <= header.Length; piece++)
        {
            var (outcome, left, ends) = Read(octets, piece);
            Assert.Equal(remote is null ? ProxyOutcome.Unnamed : ProxyOutcome.Named, outcome);
            Assert.Equal("EHLO client\r\n", left);
            Assert.Equal((remote, local), (ends.Remote?.ToString(), ends.Local?.ToString()));
        }
    }

    [Theory]
    [InlineData("EHLO client\r\n")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData(" PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY  TCP4 192.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25 \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25 26\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 40000\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1\r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 40000 25\r\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1\t198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.256 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 01.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2. 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 ... 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 0... 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 3221225985 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 0xC0.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY TCP6 fe80::1%1 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP6 [2001:db8::1] 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP6 : 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP6 2001:db8::1::2 2001:db8::2 1 2\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 65536 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 -1 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 +1 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 025 25\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 999999999999 25\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.1 40000 25\r\n")]
    [InlineData("PROXY UNKNOWNS\r\n")]
    [InlineData("\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00")]
    [InlineData("\r\nQUIT\r\n")]
    [InlineData(Signature + "\x11\x11\x00\x0C" + Four)] // version 1 in binary
    [InlineData(Signature + "\x22\x11\x00\x0C" + Four)] // an unknown command
    [InlineData(Signature + "\x21\x12\x00\x0C" + Four)] // a datagram
    [InlineData(Signature + "\x21\x31\x00\x0C" + Four)] // a socket with a path
    [InlineData(Signature + "\x21\x11\x00\x0B\xC0\x00\x02\x01\xC6\x33\x64\x01\x9C\x40\x00")] // shorter than its addresses
    [InlineData(Signature + "\x21\x21\x00\x0C" + Four)]
    [InlineData(Signature + "\x21\x11\x00\x0E" + Four + "\x04\x00")] // half an extension
    [InlineData(Signature + "\x21\x11\x00\x10" + Four + "\x04\x00\x02x")] // an extension beyond the end
    [InlineData(Signature + "\x21\x11\x10\x01")] // longer than we read
    public void RefusesWhatIsMalformed(string header)
    {
        var octets = Encoding.Latin1.GetBytes(header);
        for (var piece = 1; piece <= octets.Length; piece++) Assert.Equal(ProxyOutcome.Malformed, Read(octets, piece).Outcome);
        for (var length = 0; length < octets.Length; length++)
        {
            var outcome = Read(octets.AsSpan(0, length), 1).Outcome;
            Assert.True(outcome is ProxyOutcome.NeedMore or ProxyOutcome.Malformed, $"{outcome} at {length}");
        }
    }

    // proxy-protocol.txt §2.1: 107 octets with the CRLF at most
    [Theory]
    [InlineData(107, ProxyOutcome.Unnamed)]
    [InlineData(108, ProxyOutcome.Malformed)]
    public void WaitsForSoLongALineAndNoLonger(int length, object outcome)
    {
        var header = "PROXY UNKNOWN ".PadRight(length - 2, 'x') + "\r\n";
        Assert.Equal(outcome, Read(Encoding.Latin1.GetBytes(header), 7).Outcome);
        Assert.Equal(ProxyOutcome.NeedMore, Read(Encoding.Latin1.GetBytes(header[..106]), 7).Outcome);
    }

    [Fact]
    public void ReadsTheLongestHeader()
    {
        var header = Signature + "\x21\x11\x10\x00" + Four + "\x04\x0F\xF1" + new string('\0', 4096 - 12 - 3);
        Assert.Equal(ProxyOutcome.Named, Read(Encoding.Latin1.GetBytes(header), 1000).Outcome);
        Assert.Equal(ProxyOutcome.NeedMore, Read(Encoding.Latin1.GetBytes(header[..^1]), 1000).Outcome);
    }

    [Fact]
    public void IsNotUpsetByAnything()
    {
        for (var round = 0; round < 20_000; round++)
        {
            var octets = System.Security.Cryptography.RandomNumberGenerator.GetBytes(64);
            if (round % 2 == 0) Encoding.Latin1.GetBytes(Signature + (round % 4 == 0 ? "\x21\x11\x00" : "\x21\x21\x00")).CopyTo(octets, 0);
            else "PROXY TCP4 "u8.CopyTo(octets);
            var (outcome, left, _) = Read(octets, 1 + (round % 64));
            Assert.True(Enum.IsDefined(outcome) && left.Length <= 64);
        }
    }

    private static (ProxyOutcome Outcome, string Left, Connections.ConnectionEnds Ends) Read(ReadOnlySpan<byte> octets, int piece)
    {
        var buffer = Pieces(octets.ToArray(), piece);
        var outcome = ProxyHeader.Read(ref buffer, out var ends);
        return (outcome, Encoding.Latin1.GetString(buffer.ToArray()), ends);
    }

    private static ReadOnlySequence<byte> Pieces(byte[] octets, int piece)
    {
        if (octets.Length == 0) return ReadOnlySequence<byte>.Empty;
        var first = new Segment(octets.AsMemory(0, Math.Min(piece, octets.Length)), null);
        var last = first;
        for (var at = piece; at < octets.Length; at += piece) last = new Segment(octets.AsMemory(at, Math.Min(piece, octets.Length - at)), last);
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
