using System.Net;

namespace Merpati.Dns.Tests;

public sealed class AliasTests
{
    [Fact]
    public async Task FollowsAliasesWithinAnAnswerWhateverTheirOrder()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response
            .Address("c.example", "192.0.2.1", ttl: 200).Alias("b.example", "c.example", ttl: 50).Alias("a.example", "b.example", ttl: 100)));
        var answer = await scene.AskAsync("a.example", DnsType.A);
        Assert.Equal("c.example", Assert.Single(answer.Records).Owner.ToString());
        Assert.Equal(TimeSpan.FromSeconds(50), answer.Ttl);
        Assert.Single(scene.Server.Asked);
    }

    [Fact]
    public async Task AsksForWhatAnAliasLeadsTo()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Name == "b.example"
            ? asked.Response.Address("b.example", "192.0.2.1")
            : asked.Response.With(0x20).Alias("a.example", "b.example")));
        var answer = await scene.AskAsync("a.example", DnsType.A);
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.IsType<AddressRecord>(Assert.Single(answer.Records)).Address);

        // A chain is proven only as a whole.
        Assert.False(answer.IsAuthentic);
        Assert.Equal(["a.example", "b.example"], scene.Server.Asked.Select(asked => asked.Name));
    }

    [Fact]
    public async Task FindsThatAnAliasLeadsNowhere()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response
            .Code(asked.Name == "a.example" ? 3 : 0).Alias(asked.Name, "x.example").Soa("example", 60, 60)));
        Assert.Equal(DnsOutcome.NxDomain, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
        Assert.Equal(DnsOutcome.NoData, (await scene.AskAsync("b.example", DnsType.A)).Outcome);
        Assert.Equal(2, scene.Server.Asked.Count);
    }

    [Fact]
    public async Task AnswersWithTheAliasWhenItIsAskedFor()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Alias("a.example", "b.example")));
        var answer = await scene.AskAsync("a.example", DnsType.Cname);
        Assert.Equal("b.example", Assert.IsType<NameRecord>(Assert.Single(answer.Records)).Target.ToString());
    }

    [Fact]
    public async Task FindsCirclesWithinAnAnswer()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response
            .Alias("a.example", "b.example").Alias("b.example", "c.example").Alias("c.example", "a.example")));
        Assert.Equal(DnsOutcome.AliasLoop, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
        Assert.Single(scene.Server.Asked);
    }

    [Fact]
    public async Task FindsCirclesOverSeveralAnswers()
    {
        await using var scene = new Scene(asked => asked.Send(asked.Response.Alias(asked.Name, asked.Name == "a.example" ? "b.example" : "a.example")));
        Assert.Equal(DnsOutcome.AliasLoop, (await scene.AskAsync("a.example", DnsType.A)).Outcome);
        Assert.Equal(2, scene.Server.Asked.Count);
    }

    [Theory]
    [InlineData(10, DnsOutcome.Found)]
    [InlineData(11, DnsOutcome.AliasLoop)]
    [InlineData(1000, DnsOutcome.AliasLoop)]
    public async Task FollowsTenAliasesAndNoMore(int aliases, DnsOutcome outcome)
    {
        await using var scene = new Scene(asked =>
        {
            var step = int.Parse(asked.Name.AsSpan(1, asked.Name.IndexOf('.', StringComparison.Ordinal) - 1), System.Globalization.CultureInfo.InvariantCulture);
            asked.Send(step < aliases ? asked.Response.Alias(asked.Name, $"h{step + 1}.example") : asked.Response.Address(asked.Name, "192.0.2.1"));
        });
        Assert.Equal(outcome, (await scene.AskAsync("h0.example", DnsType.A)).Outcome);
        Assert.True(scene.Server.Asked.Count <= 11);
    }
}
