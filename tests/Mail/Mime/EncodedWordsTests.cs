using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Mime;

namespace Merpati.Mail.Tests.Mime;

public sealed class EncodedWordsTests
{
    // RFC 2047 §8 among them.
    [Theory]
    [InlineData("(=?ISO-8859-1?Q?a?=)", "(a)")]
    [InlineData("=?ISO-8859-1?Q?a?= b", "a b")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a?=  \r\n  =?ISO-8859-1?Q?b?=", "ab")]
    [InlineData("=?ISO-8859-1?Q?a_b?=", "a b")]
    [InlineData("=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=", "a b")]
    [InlineData("=?ISO-8859-1?B?SWYgeW91IGNhbiByZWFkIHRoaXMgeW8=?= =?ISO-8859-2?B?dSB1bmRlcnN0YW5kIHRoZSBleGFtcGxlLg==?=", "If you can read this you understand the example.")]
    [InlineData("=?us-ascii*en?q?hi?=", "hi")]
    [InlineData("=?utf-8?b?0J8=?= =?utf-8?b?0YA=?=", "Пр")]
    [InlineData("=?utf-8?b?0A==?= =?utf-8?b?nw==?=", "П")]
    [InlineData("=?utf-8?q?two words=?=", "two words=")]
    [InlineData("=?x-none?q?a=FF?=", "a\uFFFD")]
    [InlineData("=?utf-8?q?a=0D=0ABcc:_x?=", "a  Bcc: x")]
    [InlineData("=?utf-8?x?a?= =?utf-8?q?a? =? =??= =?", "=?utf-8?x?a?= =?utf-8?q?a? =? =??= =?")]
    [InlineData("a\r\n b\tc", "a b c")]
    [InlineData("=?utf-8?q??=x", "x")]
    [InlineData("=?utf-16?B?//4fBEAEOAQyBDUEQgQ=?=", "Привет")]
    [InlineData("=?utf-16?B?//4fBEAEOAQ=?= =?utf-16?B?//4yBDUEQgQ=?=", "Привет")]
    [InlineData("=?utf-16?B?//5hAA==?= and =?UTF-16LE?B?//5iAA==?=", "a and b")]
    [InlineData("=?utf-16be?B?/v8EHwRABDgEMgQ1BEI=?=", "Привет")]
    [InlineData("=?utf-8?B?77u/0J/RgNC40LLQtdGC?= =?utf-8?Q?=EF=BB=BF!?=", "Привет!")]
    [InlineData("=?utf-16?B?//4=?=", "")]
    [InlineData("=?utf-8?Q?a=EF=BB=BFb?=", "a\uFEFFb")]
    [InlineData("=?utf-8?B?77u/77u/YQ==?=", "\uFEFFa")]
    public void Decodes(string body, string text) => Assert.Equal(text, EncodedWords.Decode(body));

    [Theory]
    [InlineData("", "")]
    [InlineData("Hello world", "Hello world")]
    [InlineData("Größe und mehr", "=?utf-8?q?Gr=C3=B6=C3=9Fe_und_mehr?=")]
    [InlineData("Привет", "=?utf-8?b?0J/RgNC40LLQtdGC?=")]
    [InlineData(" x", "=?utf-8?q?_x?=")]
    [InlineData("=?utf-8?q?x?=", "=?utf-8?b?PT91dGYtOD9xP3g/PQ==?=")]
    [InlineData("a\r\nBcc: b@example.org", "=?utf-8?q?a__Bcc=3A_b=40example=2Eorg?=")]
    public void Encodes(string text, string body) => Assert.Equal(body, EncodedWords.Encode(text));

    [Fact]
    public void WhatIsEncodedIsDecodedTheSame()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Texts.Lines.ToArbitrary(), text =>
        {
            var body = EncodedWords.Encode(text);
            Assert.Equal(text, EncodedWords.Decode(body));
            if (body == text) return;
            foreach (var word in body.Split(' '))
            {
                Assert.InRange(word.Length, 12, 75);
                Assert.DoesNotContain(EncodedWords.Decode(word), c => c == '\uFFFD'); // whole characters only (RFC 2047 §5)
            }
        }));
    }

    [Fact]
    public void NeverThrowsAndShowsNoControls()
    {
        var octet = Gen.OneOf(Gen.Elements([.. "=?utf-8?q?b?B=?= \r\n_*'"u8.ToArray()]), ArbMap.Default.GeneratorFor<byte>());
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Gen.ArrayOf(octet).ToArbitrary(), octets =>
            Assert.DoesNotContain(EncodedWords.Decode(octets), char.IsControl)));
    }

    // R13: the time grows with the length alone. A quadratic reader would take hours here.
    [Theory]
    [InlineData("=?utf-8?q?a?= ")]
    [InlineData("=?a?q?")]
    [InlineData("=?")]
    [InlineData("=?utf-8?b?0J8=")]
    public void ReadsAMegabyteOfThem(string piece)
    {
        var body = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length)));
        Assert.InRange(EncodedWords.Decode(body).Length, 1, body.Length);
    }
}
