using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Tests;

/// <summary>Where TOP cuts, against a naive reading of RFC 1939 §7.</summary>
public sealed class TopTests
{
    private static string Cut(byte[] message, int bodyLines, int piece)
    {
        var cutter = new TopCutter(bodyLines);
        var kept = new List<byte>();
        foreach (var part in message.Chunk(piece))
        {
            var taken = cutter.Take(part);
            kept.AddRange(part[..taken]);
            if (cutter.Ended) break;
            Assert.Equal(part.Length, taken);
        }

        return Encoding.Latin1.GetString([.. kept]);
    }

    /// <summary>Line by line, over the whole text at once.</summary>
    private static string Naive(string message, int bodyLines)
    {
        var kept = new StringBuilder();
        var left = bodyLines;
        var inBody = false;
        for (var at = 0; at < message.Length;)
        {
            if (inBody && left-- == 0) break;
            var end = message.IndexOf('\n', at);
            var line = end < 0 ? message[at..] : message[at..(end + 1)];
            kept.Append(line);
            at += line.Length;
            if (line is "\r\n" or "\n") inBody = true;
        }

        return kept.ToString();
    }

    [Theory]
    [InlineData("A: b\r\n\r\none\r\ntwo\r\nthree\r\n", 0, "A: b\r\n\r\n")]
    [InlineData("A: b\r\n\r\none\r\ntwo\r\nthree\r\n", 1, "A: b\r\n\r\none\r\n")]
    [InlineData("A: b\r\n\r\none\r\ntwo\r\nthree\r\n", 2, "A: b\r\n\r\none\r\ntwo\r\n")]
    [InlineData("A: b\r\n\r\none\r\ntwo\r\nthree\r\n", 3, "A: b\r\n\r\none\r\ntwo\r\nthree\r\n")]
    [InlineData("A: b\r\n\r\none\r\ntwo\r\nthree\r\n", int.MaxValue, "A: b\r\n\r\none\r\ntwo\r\nthree\r\n")]
    [InlineData("A: b\r\n\r\none\r\ntwo", 2, "A: b\r\n\r\none\r\ntwo")] // no final line end
    [InlineData("A: b\r\n\r\n", 5, "A: b\r\n\r\n")] // no body
    [InlineData("A: b\r\n", 0, "A: b\r\n")] // no empty line
    [InlineData("A: b", 0, "A: b")]
    [InlineData("\r\nbody\r\nmore\r\n", 1, "\r\nbody\r\n")] // no header
    [InlineData("A: b\r\n\r\n\r\n\r\nx\r\n", 2, "A: b\r\n\r\n\r\n\r\n")] // empty lines in the body count
    [InlineData("A: b\r\n \r\nc\r\n\r\nbody\r\n", 0, "A: b\r\n \r\nc\r\n\r\n")] // a line of one space is not the empty line
    [InlineData("A: b\r\n\r\r\nc\r\n\r\nbody\r\n", 0, "A: b\r\n\r\r\nc\r\n\r\n")] // nor is one of a bare CR
    [InlineData("A: b\n\nbody\nmore\n", 1, "A: b\n\nbody\n")]
    [InlineData("", 3, "")]
    public void CutsAfterTheLinesAskedFor(string message, int bodyLines, string top)
    {
        var octets = Encoding.Latin1.GetBytes(message);
        for (var piece = 1; piece <= octets.Length + 1; piece++) Assert.Equal(top, Cut(octets, bodyLines, piece));
        Assert.Equal(top, Naive(message, bodyLines));
    }

    [Fact]
    public void AgreesWithTheNaiveReadingOnAnyText()
    {
        var octet = Gen.Elements((byte)'\r', (byte)'\n', (byte)'.', (byte)'a', (byte)' ');
        var line = Gen.Elements("\r\n", "A: b\r\n", ".\r\n", "..x\r\n", "\r", "\n", "text", " \r\n").Select(Encoding.Latin1.GetBytes);
        var message = Gen.OneOf(octet.ArrayOf(), line.ArrayOf().Select(lines => lines.SelectMany(part => part).ToArray()));
        var cases = from octets in message from lines in Gen.Choose(0, 6) from piece in Gen.Choose(1, 9) select (octets, lines, piece);
        Prop.ForAll(cases.ToArbitrary(), given => Naive(Encoding.Latin1.GetString(given.octets), given.lines) == Cut(given.octets, given.lines, given.piece))
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void FindsTheEndOfALongHeader()
    {
        var header = new StringBuilder();
        for (var i = 0; i < 3000; i++) header.Append("X-Field: ").Append('v', i % 200).Append("\r\n");
        var top = header + "\r\nfirst\r\n";
        var octets = Encoding.ASCII.GetBytes(top + "second\r\n");
        foreach (var piece in new[] { 1, 7, 4096, octets.Length }) Assert.Equal(top, Cut(octets, 1, piece));
    }
}
