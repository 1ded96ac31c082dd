using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Pop3.Client;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Tests.Client;

/// <summary>Where a text ends, and what of it is the text.</summary>
public sealed class TextDecoderTests
{
    [Theory]
    [InlineData(".\r\n+OK", "", "+OK")]
    [InlineData("a\r\n.\r\n", "a\r\n", "")]
    [InlineData("\r\n\r\n.\r\n.", "\r\n\r\n", ".")]
    [InlineData("..\r\n...\r\n..a\r\n.\r\n", ".\r\n..\r\n.a\r\n", "")]
    [InlineData(".a\r\n.\r\n", "a\r\n", "")]
    [InlineData("a.\r\n.\r\n", "a.\r\n", "")]
    [InlineData("a\n.\nb\n.\r\n.\r\n", "a\n.\nb\n.\r\n", "")]
    [InlineData("a\r.\r\n.\r\n", "a\r.\r\n", "")]
    [InlineData("a\r\r\n.\r\n", "a\r\r\n", "")]
    [InlineData(".\nb\r\n.\r\n", "\nb\r\n", "")]
    [InlineData(".\r.\r\n.\r\n", "\r.\r\n", "")]
    [InlineData(".\r\r\n.\r\n", "\r\r\n", "")]
    [InlineData("\n.\r\n.\r\n", "\n.\r\n", "")]
    [InlineData("\n..\r\n.\r\n", "\n.\r\n", "")]
    [InlineData("a\n..b\n...c\n.d\r\n.\r\n", "a\n.b\n..c\n.d\r\n", "")]
    [InlineData("a\n.\n..\n\n.\r.\r\n.\r\n", "a\n.\n.\n\n.\r.\r\n", "")]
    [InlineData("\r.\r\n.\r\nx", "\r.\r\n", "x")]
    [InlineData("\0\xFF.\r\n.\r\n", "\0\xFF.\r\n", "")]
    public void EndsAtNothingButADotBetweenLineEnds(string octets, string text, string rest) => Decodes(octets, text, rest, endsInBareLineFeed: false);

    [Theory]
    [InlineData(".\n+OK", "", "+OK")]
    [InlineData(".\r\n+OK", "", "+OK")]
    [InlineData("a\n.\n", "a\n", "")]
    [InlineData("a\r\n.\n", "a\r\n", "")]
    [InlineData("..\n.a\n.\n", ".\na\n", "")]
    [InlineData("a\n.\r.\n.\n", "a\n\r.\n", "")]
    [InlineData("a\r.\n.\n", "a\r.\n", "")]
    public void EndsAtABareDotWithAServerThatEndsItsLinesSo(string octets, string text, string rest) => Decodes(octets, text, rest, endsInBareLineFeed: true);

    [Fact]
    public void WhatOurServerSendsComesOutAsItWentIn() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.ArrayOf(Gen.Elements((byte)'.', (byte)'.', (byte)'\r', (byte)'\n', (byte)'x', (byte)0)).ToArbitrary(), octets =>
        {
            byte[] text = [.. octets, (byte)'\r', (byte)'\n'];
            var sent = new ArrayBufferWriter<byte>();
            var encoder = new DotTextEncoder();
            encoder.Write(text, sent);
            encoder.End(sent);
            Decodes(Encoding.Latin1.GetString(sent.WrittenSpan), Encoding.Latin1.GetString(text), "", endsInBareLineFeed: false);
        }));

    [Fact]
    public void TakesNothingAfterItHasHadEnough()
    {
        var taker = new Taker { Most = 3 };
        var decoder = new TextDecoder(taker, endsInBareLineFeed: false);
        decoder.Decode("ab\r\n.."u8);
        Assert.True(decoder.GaveUp);
        Assert.True(decoder.Ended);
        Assert.Equal(0, decoder.Decode("more"u8));
    }

    private static void Decodes(string octets, string text, string rest, bool endsInBareLineFeed)
    {
        var all = Encoding.Latin1.GetBytes(octets);
        for (var piece = 1; piece <= all.Length; piece++)
        {
            var taker = new Taker();
            var decoder = new TextDecoder(taker, endsInBareLineFeed);
            var used = 0;
            foreach (var part in all.Chunk(piece))
            {
                var buffer = new ReadOnlySequence<byte>(part);
                decoder.Decode(ref buffer);
                used += part.Length - (int)buffer.Length;
                if (decoder.Ended) break;
            }

            Assert.Equal(text, taker.Text);
            Assert.True(decoder.Ended);
            Assert.False(decoder.GaveUp);
            Assert.Equal(rest, octets[used..]);
        }
    }

    private sealed class Taker : ITextTaker
    {
        private readonly StringBuilder _text = new();

        public int Most { get; init; } = int.MaxValue;

        public string Text => _text.ToString();

        public Pop3Outcome Refusal => Pop3Outcome.TooLarge;

        public string Reason => "enough";

        public string? Summary => null;

        public bool Take(ReadOnlySpan<byte> octets)
        {
            _text.Append(Encoding.Latin1.GetString(octets));
            return _text.Length <= Most;
        }
    }
}
