using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Transcripts;

namespace Merpati.Delivery.Tests;

public sealed class SrsTests
{
    private readonly FakeTime _time = new();

    [Theory]
    [InlineData("alice@example.com")]
    [InlineData("a=b+c@example.com")]
    [InlineData("\"a b\"@example.com")]
    [InlineData("srs0@example.com")]
    public void WhatWasRewrittenIsFoundAgain(string sender)
    {
        var srs = Srs();
        var rewritten = srs.Rewrite(Path(sender)).Address!;
        Assert.Equal("example.org", rewritten.Domain.Name);
        Assert.StartsWith("SRS0=", rewritten.Local.Value, StringComparison.Ordinal);
        Assert.True(srs.TryReverse(rewritten, out var original));
        Assert.Equal(StoreFixture.Address(sender), original);
    }

    [Fact]
    public void TheCaseOnTheWayDoesNotMatter()
    {
        var srs = Srs();
        var rewritten = srs.Rewrite(Path("Alice@example.com")).Address!;
        Assert.True(srs.TryReverse(StoreFixture.Address(rewritten.ToString().ToLowerInvariant()), out var original));
        Assert.Equal("alice@example.com", original.ToString());
    }

    [Fact]
    public void AForwarderBehindAForwarderMakesItNoLonger()
    {
        var (first, second, third) = (Srs("one.example", 1), Srs("two.example", 2), Srs("three.example", 3));
        var one = first.Rewrite(Path("alice@example.com"));
        var two = second.Rewrite(one);
        var three = third.Rewrite(two);
        Assert.StartsWith("SRS1=", two.Local!.Value, StringComparison.Ordinal);
        Assert.Equal(two.Local.Value.Length, three.Local!.Value.Length);
        Assert.True(third.TryReverse(three.Address!, out var back));
        Assert.Equal(one.Address, back);
        Assert.True(first.TryReverse(back, out var original));
        Assert.Equal("alice@example.com", original.ToString());
    }

    [Fact]
    public void WhatIsForgedIsNotFound()
    {
        var srs = Srs();
        var text = srs.Rewrite(Path("alice@example.com")).Address!.ToString();
        string[] forged =
        [
            text.Replace("alice", "mallory", StringComparison.Ordinal), text.Replace("example.com", "example.net", StringComparison.Ordinal),
            $"SRS0=aaaaaa={text[12..]}", $"SRS0=={text[12..]}", "SRS0=x@example.org", "SRS0=a=b=c@example.org", "SRS1=a=b@example.org", "SRS1=aaaaaa=example.com==x@example.org",
        ];
        foreach (var address in forged) Assert.False(srs.TryReverse(StoreFixture.Address(address), out _), address);
        Assert.False(Srs(key: 9).TryReverse(StoreFixture.Address(text), out _));
        Assert.True(srs.TryReverse(StoreFixture.Address(text), out _));
    }

    [Fact]
    public void ItIsVoidAfterThreeWeeks()
    {
        var srs = Srs();
        var rewritten = srs.Rewrite(Path("alice@example.com")).Address!;
        _time.Advance(TimeSpan.FromDays(21));
        Assert.True(srs.TryReverse(rewritten, out _));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(srs.TryReverse(rewritten, out _));
    }

    [Fact]
    public void WhatWouldBecomeTooLongOrIsNobodysStaysAsItIs()
    {
        var srs = Srs();
        var longest = Path($"{new string('a', 37)}@example.com");
        Assert.NotSame(longest, srs.Rewrite(longest));
        Assert.Equal(64, srs.Rewrite(longest).Local!.Value.Length);
        var longer = Path($"{new string('a', 38)}@example.com");
        Assert.Same(longer, srs.Rewrite(longer));
        Assert.Same(MailPath.Null, srs.Rewrite(MailPath.Null));
        Assert.Equal("<x@example.org>", srs.Rewrite(Path("x@example.org")).ToString());
    }

    [Fact]
    public void TheKeyIsMadeOnceAndKeptFromOthers()
    {
        using var folder = new TemporaryFolder();
        var file = System.IO.Path.Combine(folder.Path, "srs.key");
        var key = SrsKeyFile.ReadOrCreate(file);
        Assert.Equal(key, SrsKeyFile.ReadOrCreate(file));
        Assert.Single(Directory.GetFiles(folder.Path));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.WriteAllText(file, "short");
        Assert.Throws<InvalidOperationException>(() => SrsKeyFile.ReadOrCreate(file));
    }

    private static MailPath Path(string address) => new(StoreFixture.Address(address));

    private SrsRewriter Srs(string domain = "example.org", byte key = 7)
    {
        Assert.True(Domain.TryParse(domain, out var name));
        return new SrsRewriter(name, Enumerable.Repeat(key, 32).ToArray(), _time);
    }
}
