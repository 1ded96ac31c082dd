using FsCheck;
using FsCheck.Fluent;
using Merpati.Dns.Messages;

namespace Merpati.Dns.Tests;

public sealed class ParserTests
{
    private static readonly DnsType[] Types = Enum.GetValues<DnsType>();

    private static readonly byte[][] Golden = [.. Types.Select(GoldenAnswer)];

    [Fact]
    public void ReadsTheGoldenAnswers()
    {
        for (var i = 0; i < Types.Length; i++)
        {
            Assert.True(MessageParser.TryParse(Golden[i], Types[i], out var message));
            Assert.Equal(Types[i] == DnsType.Cname ? 3 : 4, message.Answers.Count);
            Assert.Equal(TimeSpan.FromSeconds(60), message.NegativeTtl);
            Assert.Equal(16, (int)message.Code);
        }
    }

    [Fact]
    public void NeverThrowsOnNoise() => Check.One(Many(5000), Prop.ForAll(Gen.ArrayOf(ArbMap.Default.GeneratorFor<byte>()).ToArbitrary(), Reads));

    [Fact]
    public void NeverThrowsOnNoiseAfterAHeader() => Check.One(Many(5000), Prop.ForAll(
        Gen.ArrayOf(Gen.Frequency((3, Gen.Elements<byte>(0, 1, 3, 0xC0, 0xC0, 12, 14)), (1, ArbMap.Default.GeneratorFor<byte>()))).ToArbitrary(),
        noise => Reads([0, 0, 0x81, 0x80, 0, 1, 0, 2, 0, 1, 0, 1, .. noise])));

    [Fact]
    public void NeverThrowsOnSpoiledAnswers()
    {
        var change = Gen.Choose(0, 2000).SelectMany(at => ArbMap.Default.GeneratorFor<byte>().Select(octet => (At: at, Octet: octet)));
        var spoiled = Gen.Elements(Golden).SelectMany(golden => Gen.ArrayOf(change).Select(changes =>
        {
            var octets = golden.ToArray();
            foreach (var (at, octet) in changes.Take(4)) octets[at % octets.Length] = octet;
            return octets;
        }));
        Check.One(Many(20_000), Prop.ForAll(spoiled.ToArbitrary(), Reads));
    }

    [Fact]
    public void ReadsNoAnswerThatWasCutShort()
    {
        for (var i = 0; i < Types.Length; i++)
        {
            for (var length = 0; length < Golden[i].Length; length++) Assert.False(MessageParser.TryParse(Golden[i].AsSpan(0, length), Types[i], out _));
        }
    }

    [Theory]
    [InlineData(DnsType.A, "C0000201FF")]
    [InlineData(DnsType.A, "")]
    [InlineData(DnsType.Aaaa, "C0000201")]
    [InlineData(DnsType.Mx, "000A")]
    [InlineData(DnsType.Mx, "000A0000")]
    [InlineData(DnsType.Mx, "000A0161")]
    [InlineData(DnsType.Cname, "0161")]
    [InlineData(DnsType.Cname, "410000")]
    [InlineData(DnsType.Ptr, "")]
    [InlineData(DnsType.Txt, "")]
    [InlineData(DnsType.Txt, "0561")]
    [InlineData(DnsType.Tlsa, "030101")]
    [InlineData(DnsType.Tlsa, "")]
    public void TakesNoRecordThatDoesNotFillItsLength(DnsType type, string contents)
    {
        var message = new Response("a.example", type).Record("a.example", type, Convert.FromHexString(contents)).Build();
        Assert.False(MessageParser.TryParse(message, type, out _));
    }

    [Theory]
    [InlineData(29)]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(0)]
    [InlineData(200)]
    public void TakesNoPointerThatDoesNotLeadBackIntoTheMessage(byte target)
    {
        // The owner of the answer is at 27: 12 for the header, 15 for the question.
        var message = new Response("a.examp", DnsType.A).Answer([1, (byte)'x', 0xC0, target, .. Response.RecordOf([], 1, [192, 0, 2, 1], 300)]).Build();
        Assert.Equal(1, message[25 - 12 + 12]);
        Assert.False(MessageParser.TryParse(message, DnsType.A, out _));
        message[message.Length - 15] = 12;
        Assert.True(MessageParser.TryParse(message, DnsType.A, out var parsed));
        Assert.Equal("x.a.examp", Assert.Single(parsed.Answers).Owner.ToString());
    }

    [Fact]
    public void TakesNoNameThatIsTooLong()
    {
        // Pieces of 64 octets that each point to the one before: the fourth is too much, within bounds as each of them is.
        var label = new byte[] { 63 }.Concat(Enumerable.Repeat((byte)'x', 63)).ToArray();
        var response = new Response("a.examp", DnsType.A);
        var at = 12;
        for (var i = 0; i < 5; i++)
        {
            response.Answer(Response.RecordOf([.. label, (byte)(0xC0 | (at >> 8)), (byte)at], (int)DnsType.A, [192, 0, 2, 1], 300));
            at = response.Build().Length - 80;
            Assert.Equal(i < 3, MessageParser.TryParse(response.Build(), DnsType.A, out _));
        }
    }

    [Fact]
    public void FollowsABoundedNumberOfPointers()
    {
        var response = new Response("a.examp", DnsType.A);
        var at = 12;
        for (var i = 1; i <= 40; i++)
        {
            response.Answer(Response.RecordOf([(byte)(0xC0 | (at >> 8)), (byte)at], (int)DnsType.A, [192, 0, 2, 1], 300));
            at = response.Build().Length - 16;
            Assert.Equal(i <= 32, MessageParser.TryParse(response.Build(), DnsType.A, out _));
        }
    }

    [Fact]
    public void TakesABoundedNumberOfRecords()
    {
        var response = new Response("a.examp", DnsType.A);
        for (var i = 0; i < 4000; i++) response.Answer(Response.RecordOf([0xC0, 12], (int)DnsType.A, [192, 0, 2, 1], 300));
        Assert.True(MessageParser.TryParse(response.Build(), DnsType.A, out var parsed));
        Assert.Equal(500, parsed.Answers.Count);
    }

    [Fact]
    public void ShowsNoControlCharacters()
    {
        var message = new Response("a.examp", DnsType.A).Answer(Response.RecordOf([5, 13, 10, 0, (byte)'.', 200, 0], (int)DnsType.A, [192, 0, 2, 1], 300)).Build();
        Assert.True(MessageParser.TryParse(message, DnsType.A, out var parsed));
        var owner = Assert.Single(parsed.Answers).Owner;
        Assert.Equal(@"\013\010\000\.\200", owner.ToString());
        Assert.False(owner.TryGetDomain(out _));
    }

    private static bool Reads(byte[] octets)
    {
        foreach (var type in Types)
        {
            if (!MessageParser.TryParse(octets, type, out var message)) continue;
            if (message.Answers.Count > MessageParser.MaxRecords || message.Answers.Any(record => record.Owner.Wire.Length > DnsName.MaxLength)) return false;
            foreach (var record in message.Answers) _ = record.ToString();
        }

        var query = QueryWriter.Write(new DnsQuestion(DnsName.Root, DnsType.Mx), withEdns: true, randomCase: true);
        if (octets.Length > 1) octets.AsSpan(0, 2).CopyTo(query);
        _ = ResponseCheck.Answers(octets, query, exactCase: true);
        _ = ResponseCheck.Answers(octets, query, exactCase: false);
        return true;
    }

    private static Config Many(int tests) => Config.QuickThrowOnFailure.WithMaxTest(tests);

    private static byte[] GoldenAnswer(DnsType type)
    {
        byte[] pointed = [3, (byte)'m', (byte)'x', (byte)'1', 0xC0, 12];
        byte[] contents = type switch
        {
            DnsType.A => [192, 0, 2, 1],
            DnsType.Aaaa => [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            DnsType.Mx => [0, 10, .. pointed],
            DnsType.Txt => [3, 97, 98, 99, 0, 1, 100],
            DnsType.Tlsa => [3, 1, 1, 1, 2, 3, 4],
            _ => pointed,
        };
        var response = new Response("Example.ORG", type).With(0x20).Code(16).Soa("example.org", 60, 600);
        if (type != DnsType.Cname) response.Alias("example.org", "alias.example.net");
        response.Answer(Response.RecordOf([0xC0, 12], (int)type, contents, 300)).Answer(Response.RecordOf([0xC0, 12], (int)type, contents, 300));
        response.Answer(Response.RecordOf([0xC0, 12], 99, [1, 2, 3], 300));
        return response.Record("other.example", type, contents).Build();
    }
}
