using System.Net;
using System.Text;

namespace Merpati.Dns.Tests;

public sealed class AnswerTests
{
    [Fact]
    public async Task FindsAddressesOfBothFamilies()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Address("host.example", asked.Type == DnsType.A ? "192.0.2.1" : "2001:db8::1")));
        var four = await scene.AskAsync("host.example", DnsType.A);
        var six = await scene.AskAsync("HOST.example.", DnsType.Aaaa);
        Assert.Equal(DnsOutcome.Found, four.Outcome);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<AddressRecord>(Assert.Single(four.Records)).Address);
        Assert.Equal(IPAddress.Parse("2001:db8::1"), Assert.IsType<AddressRecord>(Assert.Single(six.Records)).Address);
        Assert.Equal(TimeSpan.FromSeconds(300), six.Ttl);
        Assert.Equal("host.example", scene.Server.Asked[1].Name);
    }

    [Fact]
    public async Task FindsMailExchanges()
    {
        // The second host's name points to the first's, as servers write it.
        await using var scene = new Scene(asked => asked.Send(asked.Response
            .Record("example.org", DnsType.Mx, [.. Response.Number(10), 3, (byte)'M', (byte)'x', (byte)'1', 0xC0, 12])
            .Mx("example.org", 65535, "mx2.example.net")));
        var answer = await scene.AskAsync("example.org", DnsType.Mx);
        Assert.Equal(
            [(10, "mx1.example.org"), (65535, "mx2.example.net")],
            answer.Records.Cast<MailExchangeRecord>().Select(record => (record.Preference, record.Exchange.ToString())));
    }

    [Fact]
    public async Task FindsText()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Record("example.org", DnsType.Txt, [7, .. "v=spf1 "u8, 0, 4, .. "-all"u8])));
        var text = Assert.IsType<TextRecord>(Assert.Single((await scene.AskAsync("example.org", DnsType.Txt)).Records));
        Assert.Equal("v=spf1 -all", Encoding.ASCII.GetString(text.Text.Span));
    }

    [Fact]
    public async Task FindsNamesOfAddresses()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Record(asked.Name, DnsType.Ptr, Response.Name("host.example"))));
        var answer = await scene.Resolver.QueryAsync(DnsName.Reverse(IPAddress.Parse("192.0.2.17")), DnsType.Ptr, CancellationToken.None);
        Assert.Equal("host.example", Assert.IsType<NameRecord>(Assert.Single(answer.Records)).Target.ToString());
        Assert.Equal("17.2.0.192.in-addr.arpa", scene.Server.Asked[0].Name);
    }

    [Fact]
    public async Task FindsCertificatesWithTheirProof()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.With(0x20).Record(asked.Name, DnsType.Tlsa, [3, 1, 1, 0xAB, 0xCD])));
        var answer = await scene.AskAsync("_25._tcp.mx.example.org", DnsType.Tlsa);
        Assert.True(answer.IsAuthentic);
        var record = Assert.IsType<TlsaRecord>(Assert.Single(answer.Records));
        Assert.Equal((3, 1, 1, "ABCD"), (record.Usage, record.Selector, record.Matching, Convert.ToHexString(record.Association.Span)));
    }

    [Fact]
    public async Task SaysThatNothingIsProvenWithoutTheServersWord()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Address("host.example", "192.0.2.1")));
        Assert.False((await scene.AskAsync("host.example", DnsType.A)).IsAuthentic);
    }

    [Fact]
    public void BelievesAProofFromThisMachineOnlyUnlessToldOtherwise()
    {
        Assert.True(new DnsResolverOptions().TrustsProofOf(IPAddress.Parse("127.0.0.53")));
        Assert.True(new DnsResolverOptions().TrustsProofOf(IPAddress.IPv6Loopback));
        Assert.False(new DnsResolverOptions().TrustsProofOf(IPAddress.Parse("192.0.2.1")));
        Assert.True(new DnsResolverOptions { TrustRemoteProof = true }.TrustsProofOf(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public async Task TellsAnAbsentNameFromAnAbsentType()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Code(asked.Name == "gone.example" ? 3 : 0).Soa("example", 60, 60)));
        Assert.Equal(DnsOutcome.NxDomain, (await scene.AskAsync("gone.example", DnsType.Mx)).Outcome);
        Assert.Equal(DnsOutcome.NoData, (await scene.AskAsync("here.example", DnsType.Mx)).Outcome);
    }

    [Fact]
    public async Task TakesNoRecordsOfOtherNamesTypesAndClasses()
    {
        var chaos = Response.RecordOf(Response.Name("host.example"), 1, [192, 0, 2, 3], 300);
        chaos[^11] = 3;
        await using var scene = new Scene(asked => asked.Send(asked.Response
            .Address("other.example", "192.0.2.1").Address("host.example", "2001:db8::2").Answer(chaos).Address("host.example", "192.0.2.4")));
        var answer = await scene.AskAsync("host.example", DnsType.A);
        Assert.Equal(IPAddress.Parse("192.0.2.4"), Assert.IsType<AddressRecord>(Assert.Single(answer.Records)).Address);
    }

    [Fact]
    public async Task AsksWithAFreshIdAndAFreshPort()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Address(asked.Name, "192.0.2.1")));
        for (var i = 0; i < 16; i++) await scene.AskAsync($"h{i}.example", DnsType.A);
        var asked = scene.Server.Asked;
        Assert.True(asked.Select(one => one.Id).Distinct().Count() > 8);
        Assert.True(asked.Select(one => ((IPEndPoint)one.Peer).Port).Distinct().Count() > 8);
    }

    [Fact]
    public async Task SaysHowMuchFitsIntoADatagramAndThatItUnderstandsProof()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Address(asked.Name, "192.0.2.1")));
        await scene.AskAsync("a.example", DnsType.A);
        var query = scene.Server.Asked[0].Query;
        Assert.Equal("012000010000000000010161076578616D706C65000001000100002904D0000000000000", Convert.ToHexString(query.AsSpan(2)));
    }

    [Fact]
    public void CountsEachOutcomeUnderItsOwnName() =>
        Assert.Equal(Enum.GetValues<DnsOutcome>().Length, Enum.GetValues<DnsOutcome>().Select(DnsMetrics.Tag).Distinct().Count());

    [Fact]
    public async Task PutsLettersInRandomCaseWhereAskedTo()
    {
        var options = new DnsResolverOptions { UseRandomCase = true, Tries = 1 };
        var name = string.Join('.', Enumerable.Repeat("abcdefghijkl", 4));
        Scene scene = null!;
        scene = new Scene(options, asked =>
        {
            // An answer that does not repeat the case is not taken; one that does is.
            var lowered = asked.Response.Address(name, "192.0.2.66").Build();
            for (var i = 12; i < 12 + asked.QuestionLength; i++) lowered[i] |= (byte)(lowered[i] is >= 65 and <= 90 ? 32 : 0);
            asked.Send(lowered);
            asked.Send(asked.Response.Address(name, "192.0.2.1"));
        });
        await using (scene)
        {
            var answer = await scene.AskAsync(name, DnsType.A);
            Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<AddressRecord>(Assert.Single(answer.Records)).Address);
            Assert.NotEqual(name, scene.Server.Asked[0].Name);
            Assert.Equal(name, scene.Server.Asked[0].Name, ignoreCase: true);
        }
    }
}
