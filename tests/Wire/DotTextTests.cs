using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Wire.Lines;

namespace Merpati.Wire.Tests;

public sealed class DotTextTests
{
    /// <summary>Decodes in pieces of the given size; returns the text, the decoder and how many octets were left over.</summary>
    private static (string Text, DotTextDecoder Decoder, int Left) Decode(byte[] octets, int piece, BareNewlines policy = BareNewlines.Refuse)
    {
        var sink = new Sink();
        var decoder = new DotTextDecoder(sink, policy);
        var left = octets.Length;
        foreach (var part in octets.Chunk(piece))
        {
            var used = decoder.Decode(part);
            left -= used;
            if (used < part.Length) break;
        }

        return (Encoding.Latin1.GetString(sink.Octets.ToArray()), decoder, left);
    }

    private static byte[] Encode(params byte[][] pieces)
    {
        var output = new ArrayBufferWriter<byte>();
        var encoder = new DotTextEncoder();
        foreach (var piece in pieces) encoder.Write(piece, output);
        encoder.End(output);
        return output.WrittenSpan.ToArray();
    }

    [Theory]
    [InlineData(".\r\n", "")]
    [InlineData("a\r\n.\r\n", "a\r\n")]
    [InlineData("..\r\n.\r\n", ".\r\n")]
    [InlineData("..a\r\n...\r\n.\r\n", ".a\r\n..\r\n")]
    [InlineData(".a\r\n.\r\n", "a\r\n")]
    [InlineData("a.\r\n.b\r\n\r\n.\r\n", "a.\r\nb\r\n\r\n")]
    public void ReadsTheTextAtEveryChunking(string wire, string text)
    {
        var octets = Encoding.ASCII.GetBytes(wire + "NEXT\r\n");
        for (var piece = 1; piece <= octets.Length; piece++)
        {
            var (read, decoder, left) = Decode(octets, piece);
            Assert.Equal(text, read);
            Assert.True(decoder.Ended);
            Assert.False(decoder.HasBareNewline);
            Assert.Equal(text.Length, decoder.Octets);
            Assert.Equal("NEXT\r\n".Length, left);
        }
    }

    // The table of known smuggling sequences: none but CRLF . CRLF ends the text, and each with a bare CR or LF is noticed.
    [Theory]
    [InlineData("\n.\n", true)]
    [InlineData("\n.\r\n", true)]
    [InlineData("\r\n.\n", true)]
    [InlineData("\r.\r", true)]
    [InlineData("\r.\n", true)]
    [InlineData("\n.\r", true)]
    [InlineData("\r.\r\n", true)]
    [InlineData("\r\n.\r", true)]
    [InlineData("\r\n\0.\r\n", false)]
    [InlineData("\r\n.\0\r\n", false)]
    [InlineData("\r\n.\r\r\n", true)]
    [InlineData("\r\n. \r\n", false)]
    [InlineData("\r\n..\r\n", false)]
    public void OnlyCrlfDotCrlfEndsTheText(string sequence, bool bare)
    {
        var octets = Encoding.Latin1.GetBytes("text" + sequence + "MAIL FROM:<s@x>\r\n.\r\nNEXT");
        for (var piece = 1; piece <= octets.Length; piece++)
        {
            foreach (var policy in new[] { BareNewlines.Refuse, BareNewlines.Normalise })
            {
                var (text, decoder, left) = Decode(octets, piece, policy);
                Assert.True(decoder.Ended);
                Assert.Equal("NEXT".Length, left);
                Assert.Equal(bare, decoder.HasBareNewline);
                Assert.Equal(sequence.Contains('\0', StringComparison.Ordinal), decoder.HasNul);
                Assert.Contains("MAIL FROM:<s@x>\r\n", text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("a\nb\r\n.\r\n", "a\r\nb\r\n")]
    [InlineData("a\rb\r\n.\r\n", "a\r\nb\r\n")]
    [InlineData("a\n.\nb\r\n.\r\n", "a\r\n.\r\nb\r\n")]
    [InlineData("\n\r\n.\r\n", "\r\n\r\n")]
    [InlineData("a\r\r\n.\r\n", "a\r\n\r\n")]
    public void NormalisesBareNewlinesWhenToldTo(string wire, string text)
    {
        var octets = Encoding.ASCII.GetBytes(wire);
        for (var piece = 1; piece <= octets.Length; piece++) Assert.Equal(text, Decode(octets, piece, BareNewlines.Normalise).Text);
    }

    [Fact]
    public void WhatIsEncodedIsDecodedToTheSame()
    {
        var octet = Gen.Elements((byte)'.', (byte)'\r', (byte)'\n', (byte)'a', (byte)0xE9);
        var message = Gen.ArrayOf(Gen.ArrayOf(octet)).Select(lines => lines
            .SelectMany(line => line.Where(o => o is not ((byte)'\r' or (byte)'\n')).Concat("\r\n"u8.ToArray())).ToArray());
        Check.QuickThrowOnFailure(Prop.ForAll(message.ToArbitrary(), text =>
        {
            var wire = Encode(text);
            return Enumerable.Range(1, Math.Min(wire.Length, 12)).All(piece =>
                Decode(wire, piece) is ({ } read, { Ended: true, HasBareNewline: false }, 0) && read == Encoding.Latin1.GetString(text));
        }));
    }

    [Fact]
    public void EncodesTheSameInPiecesOfAnySize() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Elements((byte)'.', (byte)'\r', (byte)'\n', (byte)'x')).ToArbitrary(), text =>
            Enumerable.Range(1, text.Length + 1).All(piece => Encode([.. text.Chunk(piece)]).AsSpan().SequenceEqual(Encode(text)))));

    [Fact]
    public void EndsALineThatHasNoEnd()
    {
        Assert.Equal("a\r\n.\r\n"u8.ToArray(), Encode("a"u8.ToArray()));
        Assert.Equal(".\r\n"u8.ToArray(), Encode());
        Assert.Equal("..\r\n.\r\n"u8.ToArray(), Encode("."u8.ToArray()));
    }

    // A strict reader would wait for ever for the end of a text that ends in a bare LF or CR.
    [Theory]
    [InlineData("a\n", "a\n\r\n.\r\n")]
    [InlineData("\n", "\n\r\n.\r\n")]
    [InlineData("a\r", "a\r\r\n.\r\n")]
    [InlineData("a\r\n\n", "a\r\n\n\r\n.\r\n")]
    [InlineData("a\n.\n", "a\n..\n\r\n.\r\n")]
    [InlineData("a\r\n", "a\r\n.\r\n")]
    [InlineData("\r\n", "\r\n.\r\n")]
    public void EndsInCrlfWhateverTheTextEndsIn(string text, string wire)
    {
        var octets = Encoding.ASCII.GetBytes(text);
        for (var piece = 1; piece <= octets.Length; piece++) Assert.Equal(wire, Encoding.ASCII.GetString(Encode([.. octets.Chunk(piece)])));
    }

    private sealed class Sink : IOctetSink
    {
        public List<byte> Octets { get; } = [];

        public void Append(ReadOnlySpan<byte> octets) => Octets.AddRange(octets);
    }
}
