using System.Net;
using Merpati.Dns.MailHosts;
using Merpati.Mail.Addresses;

namespace Merpati.Dns.Tests;

public sealed class MailHostTests
{
    [Fact]
    public async Task ListsHostsByPreferenceWithBothFamilies()
    {
        var dns = new MemoryResolver().Mx("example.org", (20, "b.example.org"), (10, "a.example.org"))
            .Addresses("a.example.org", "20.0.0.1", "2a00::1", "20.0.0.2").Addresses("b.example.org", "20.0.1.1");
        var answer = await FindAsync(dns);
        Assert.Equal(["10 a.example.org 2a00::1,20.0.0.1,20.0.0.2", "20 b.example.org 20.0.1.1"], Lines(answer));
        Assert.Equal("2.0.0", answer.Status.ToString());
        answer = await FindAsync(dns, new MailHostRules { PrefersIPv6 = false });
        Assert.Equal("10 a.example.org 20.0.0.1,20.0.0.2,2a00::1", Lines(answer)[0]);
        answer = await FindAsync(dns, new MailHostRules { UseIPv6 = false });
        Assert.Equal("10 a.example.org 20.0.0.1,20.0.0.2", Lines(answer)[0]);
        answer = await FindAsync(dns, new MailHostRules { UseIPv4 = false });
        Assert.Equal(["10 a.example.org 2a00::1"], Lines(answer));
    }

    [Fact]
    public async Task TakesEqualsInRandomOrder()
    {
        var dns = new MemoryResolver().Mx("example.org", (10, "a.example.org"), (10, "b.example.org"), (5, "c.example.org"))
            .Addresses("a.example.org", "20.0.0.1").Addresses("b.example.org", "20.0.0.2").Addresses("c.example.org", "20.0.0.3");
        var orders = new HashSet<string>();
        for (var i = 0; i < 100; i++) orders.Add(string.Concat((await FindAsync(dns)).Hosts.Select(host => host.Name.Name[0])));
        Assert.Equal(["cab", "cba"], orders.Order());
    }

    [Fact]
    public async Task ListsAHostOnceAtItsBestPreference()
    {
        var dns = new MemoryResolver().Mx("example.org", (20, "a.example.org"), (10, "a.example.org")).Addresses("a.example.org", "20.0.0.1", "20.0.0.1");
        Assert.Equal(["10 a.example.org 20.0.0.1"], Lines(await FindAsync(dns)));
    }

    [Fact]
    public async Task TakesTheDomainItselfWithoutMx()
    {
        var answer = await FindAsync(new MemoryResolver().Addresses("example.org", "20.0.0.1", "2a00::1"));
        Assert.Equal(["0 example.org 2a00::1,20.0.0.1"], Lines(answer));
    }

    [Theory]
    [InlineData(DnsOutcome.ServFail, MailHostOutcome.TryLater, "4.4.3")]
    [InlineData(DnsOutcome.TimedOut, MailHostOutcome.TryLater, "4.4.3")]
    [InlineData(DnsOutcome.Refused, MailHostOutcome.TryLater, "4.4.3")]
    [InlineData(DnsOutcome.Malformed, MailHostOutcome.TryLater, "4.4.3")]
    [InlineData(DnsOutcome.AliasLoop, MailHostOutcome.TryLater, "4.4.3")]
    [InlineData(DnsOutcome.NxDomain, MailHostOutcome.NoSuchDomain, "5.1.2")]
    public async Task NeverTakesTheDomainItselfWhenTheMxAreNotKnown(DnsOutcome mx, MailHostOutcome outcome, string status)
    {
        var answer = await FindAsync(new MemoryResolver().Addresses("example.org", "20.0.0.1").Fail("example.org", DnsType.Mx, mx));
        Assert.Equal((outcome, status), (answer.Outcome, answer.Status.ToString()));
        Assert.Equal(status[0] == '4', answer.IsTemporary);
    }

    [Fact]
    public async Task HeedsTheNullMx()
    {
        var answer = await FindAsync(new MemoryResolver().Mx("example.org", (0, ".")).Addresses("example.org", "20.0.0.1"));
        Assert.Equal((MailHostOutcome.NullMx, "5.1.10"), (answer.Outcome, answer.Status.ToString()));

        // Beside others it means nothing.
        answer = await FindAsync(new MemoryResolver().Mx("example.org", (0, "."), (10, "a.example.org")).Addresses("a.example.org", "20.0.0.1"));
        Assert.Equal(["10 a.example.org 20.0.0.1"], Lines(answer));
    }

    [Fact]
    public async Task BouncesWhereNothingHasAnAddress()
    {
        var answer = await FindAsync(new MemoryResolver().Mx("example.org", (10, "gone.example.org")));
        Assert.Equal((MailHostOutcome.NoAddress, "5.4.4"), (answer.Outcome, answer.Status.ToString()));
        answer = await FindAsync(new MemoryResolver().Fail("example.org", DnsType.Txt, DnsOutcome.Found));
        Assert.Equal(MailHostOutcome.NoAddress, answer.Outcome);
        answer = await FindAsync(new MemoryResolver().Fail("example.org", DnsType.Mx, DnsOutcome.NoData).Fail("example.org", DnsType.A, DnsOutcome.ServFail));
        Assert.Equal(MailHostOutcome.TryLater, answer.Outcome);
    }

    [Fact]
    public async Task TriesLaterWhileAHostMayStillBeFound()
    {
        var dns = new MemoryResolver().Mx("example.org", (10, "a.example.org"), (20, "b.example.org")).Fail("a.example.org", DnsType.A, DnsOutcome.TimedOut);
        Assert.Equal(MailHostOutcome.TryLater, (await FindAsync(dns)).Outcome);
        Assert.Equal(["20 b.example.org 20.0.0.1"], Lines(await FindAsync(dns.Addresses("b.example.org", "20.0.0.1"))));
    }

    [Fact]
    public async Task PassesOverAddressesWrittenAsNames()
    {
        var dns = new MemoryResolver().Mx("example.org", (10, "20.0.0.9"), (20, "a.example.org")).Addresses("20.0.0.9", "20.0.0.9").Addresses("a.example.org", "20.0.0.1");
        Assert.Equal(["20 a.example.org 20.0.0.1"], Lines(await FindAsync(dns)));
        Assert.DoesNotContain("20.0.0.9 A", dns.Asked);
    }

    [Theory]
    [InlineData("us.example", 20, new[] { "10 a.example.org 20.0.0.1" })]
    [InlineData("us.example", 10, new string[0])]
    [InlineData("us.example", 5, new string[0])]
    [InlineData("loop.example", 20, new[] { "10 a.example.org 20.0.0.1" })]
    [InlineData("loop.example", 10, new string[0])]
    [InlineData("zero.example", 5, new string[0])]
    [InlineData("six.example", 5, new string[0])]
    [InlineData("mapped.example", 5, new string[0])]
    [InlineData("ours.example", 20, new[] { "10 a.example.org 20.0.0.1" })]
    [InlineData("ours.example", 5, new string[0])]
    public async Task NeverGoesToItselfNorToWorseHosts(string us, int preference, string[] left)
    {
        var dns = new MemoryResolver().Mx("example.org", (10, "a.example.org"), (preference, us), (30, "c.example.org"))
            .Addresses("a.example.org", "20.0.0.1").Addresses("c.example.org", "20.0.0.3").Addresses("us.example", "20.0.0.2")
            .Addresses("loop.example", "127.0.0.1", "20.0.0.5").Addresses("zero.example", "0.0.0.0").Addresses("six.example", "::")
            .Addresses("mapped.example", "::ffff:127.1.2.3").Addresses("ours.example", "20.9.9.9");
        var rules = new MailHostRules { IsOurs = (name, address) => name.Name == "us.example" || Equals(address, IPAddress.Parse("20.9.9.9")) };
        var answer = await FindAsync(dns, rules);
        Assert.Equal(left, Lines(answer));
        Assert.Equal(left.Length > 0 ? (MailHostOutcome.Found, "2.0.0") : (MailHostOutcome.LoopsBackToUs, "5.4.6"), (answer.Outcome, answer.Status.ToString()));
    }

    [Fact]
    public async Task FindsItselfWithoutMxAndInALiteral()
    {
        var rules = new MailHostRules { IsOurs = (name, address) => name.Name is "example.org" || Equals(address, IPAddress.Parse("20.9.9.9")) };
        Assert.Equal(MailHostOutcome.LoopsBackToUs, (await FindAsync(new MemoryResolver().Addresses("example.org", "20.0.0.1"), rules)).Outcome);
        Assert.Equal(MailHostOutcome.LoopsBackToUs, (await FindAsync(new MemoryResolver(), rules, "[20.9.9.9]")).Outcome);
        Assert.Equal(MailHostOutcome.LoopsBackToUs, (await FindAsync(new MemoryResolver(), rules, "[IPv6:::1]")).Outcome);
    }

    [Fact]
    public async Task TriesLaterWhenABetterHostThanItselfMayStillBeFound()
    {
        var dns = new MemoryResolver().Mx("example.org", (5, "a.example.org"), (10, "us.example")).Fail("a.example.org", DnsType.A, DnsOutcome.ServFail);
        Assert.Equal(MailHostOutcome.TryLater, (await FindAsync(dns, new MailHostRules { IsOurs = (name, _) => name.Name == "us.example" })).Outcome);
    }

    [Fact]
    public async Task UsesPrivateAddressesOnlyWhereTheRulesSaySo()
    {
        var dns = new MemoryResolver().Mx("example.org", (10, "a.example.org")).Addresses("a.example.org", "10.0.0.1", "fd00::1");
        var answer = await FindAsync(dns);
        Assert.Equal((MailHostOutcome.NoPublicAddress, "5.4.4"), (answer.Outcome, answer.Status.ToString()));
        Assert.Equal(["10 a.example.org fd00::1,10.0.0.1"], Lines(await FindAsync(dns, new MailHostRules { AllowPrivate = true })));
        Assert.Equal(["10 a.example.org 20.0.0.1"], Lines(await FindAsync(dns.Addresses("a.example.org", "10.0.0.1", "20.0.0.1"))));
        Assert.Equal(MailHostOutcome.NoPublicAddress, (await FindAsync(new MemoryResolver(), null, "[192.168.1.1]")).Outcome);
        Assert.Equal(["0 [127.0.0.1] 127.0.0.1"], Lines(await FindAsync(new MemoryResolver(), new MailHostRules { AllowPrivate = true }, "[127.0.0.1]")));
    }

    [Theory]
    [InlineData("[20.0.0.1]", "0 [20.0.0.1] 20.0.0.1")]
    [InlineData("[IPv6:2a00::1]", "0 [IPv6:2a00::1] 2a00::1")]
    public async Task TakesAddressLiterals(string literal, string line)
    {
        var dns = new MemoryResolver();
        Assert.Equal([line], Lines(await FindAsync(dns, null, literal)));
        Assert.Empty(dns.Asked);
    }

    [Fact]
    public async Task FindsOneHostWithoutItsMx()
    {
        var dns = new MemoryResolver().Mx("example.org", (10, "a.example.org")).Addresses("example.org", "20.0.0.1");
        var finder = new MailHostFinder(dns);
        Assert.Equal(["0 example.org 20.0.0.1"], Lines(await finder.FindHostAsync(Parse("example.org"), MailHostRules.Default, CancellationToken.None)));
        Assert.Equal(MailHostOutcome.NoSuchDomain, (await finder.FindHostAsync(Parse("gone.example"), MailHostRules.Default, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task TellsWhatIsProven()
    {
        var dns = new MemoryResolver().Mx("signed.example", (10, "signed-mx.example"), (20, "mx.example"))
            .Addresses("signed-mx.example", "20.0.0.1", "2a00::1").Addresses("mx.example", "20.0.0.2", "2a00::2");
        var answer = await FindAsync(dns, null, "signed.example");
        Assert.True(answer.IsAuthentic);
        Assert.Equal([true, false], answer.Hosts.Select(host => host.IsAuthentic));
    }

    [Fact]
    public async Task AsksAndUsesFewOfManyHostsAndAddresses()
    {
        var dns = new MemoryResolver().Mx("example.org", [.. Enumerable.Range(0, 500).Select(i => (i / 100, $"h{i}.example.org"))]);
        for (var i = 0; i < 500; i++) dns.Addresses($"h{i}.example.org", [.. Enumerable.Range(1, 100).SelectMany(j => new[] { $"20.{i / 250}.{i % 250}.{j}", $"2a00::{i}:{j}" })]);
        var answer = await FindAsync(dns);
        Assert.Equal(10, answer.Hosts.Count);
        Assert.All(answer.Hosts, host => Assert.Equal((0, 8), (host.Preference, host.Addresses.Count)));
        Assert.Equal(21, dns.Asked.Count);
    }

    [Fact]
    public async Task FindsItsOwnNameAnywhereInALongList()
    {
        var dns = new MemoryResolver().Mx("example.org", [.. Enumerable.Range(0, 500).Select(i => (10, $"h{i}.example.org"))]);
        var answer = await FindAsync(dns, new MailHostRules { IsOurs = (name, _) => name.Name == "h499.example.org" });
        Assert.Equal(MailHostOutcome.LoopsBackToUs, answer.Outcome);
        Assert.Single(dns.Asked);
    }

    [Fact]
    public async Task CopesWithFiveHundredHostsFromARealServer()
    {
        await using var scene = new Scene(asked =>
        {
            var response = asked.Response;
            if (asked.Type == DnsType.Mx) for (var i = 0; i < 500; i++) response.Mx("example.org", i, $"h{i}.example.org");
            else if (asked.Type == DnsType.A) response.Address(asked.Name, "20.0.0.1");
            else response.Soa("example.org", 60, 60);
            asked.Send(response);
        });
        var answer = await new MailHostFinder(scene.Resolver).FindAsync(Parse("example.org"), MailHostRules.Default, CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i} h{i}.example.org 20.0.0.1"), Lines(answer));
    }

    [Fact]
    public void HasACodeAndASentenceForEveryOutcome()
    {
        foreach (var outcome in Enum.GetValues<MailHostOutcome>())
        {
            var answer = MailHostAnswer.Of(outcome);
            Assert.Equal(outcome switch { MailHostOutcome.Found => 2, MailHostOutcome.TryLater => 4, _ => 5 }, answer.Status.Class);
            Assert.EndsWith(".", answer.Text, StringComparison.Ordinal);
        }
    }

    private static Domain Parse(string text) => Domain.TryParse(text, out var domain) ? domain : throw new ArgumentException(text, nameof(text));

    private static Task<MailHostAnswer> FindAsync(MemoryResolver dns, MailHostRules? rules = null, string domain = "example.org") =>
        new MailHostFinder(dns).FindAsync(Parse(domain), rules ?? MailHostRules.Default, CancellationToken.None).AsTask();

    private static string[] Lines(MailHostAnswer answer) => [.. answer.Hosts.Select(host => $"{host.Preference} {host.Name} {string.Join(',', host.Addresses)}")];
}
