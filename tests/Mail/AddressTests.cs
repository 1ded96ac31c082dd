using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Addresses;

namespace Merpati.Mail.Tests;

public sealed class AddressTests
{
    [Theory]
    [InlineData("alice@example.org", "alice@example.org")]
    [InlineData("Alice@EXAMPLE.org", "Alice@example.org")]
    [InlineData("\"alice\"@example.org", "alice@example.org")]
    [InlineData("\"a b\"@example.org", "\"a b\"@example.org")]
    [InlineData("\"a@b\"@example.org", "\"a@b\"@example.org")]
    [InlineData("\"a\\\"b\"@example.org", "\"a\\\"b\"@example.org")]
    [InlineData("x@[192.0.2.1]", "x@[192.0.2.1]")]
    [InlineData("x@[ipv6:2001:DB8::1]", "x@[IPv6:2001:db8::1]")]
    [InlineData("a.b+c@sub.example.org", "a.b+c@sub.example.org")]
    public void ReadsAnAddressIntoItsCanonicalForm(string text, string canonical)
    {
        Assert.True(EmailAddress.TryParse(Encoding.ASCII.GetBytes(text), out var address));
        Assert.Equal(canonical, address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("@example.org")]
    [InlineData("\"\"@example.org")]
    [InlineData("alice@")]
    [InlineData(".alice@example.org")]
    [InlineData("al..ice@example.org")]
    [InlineData("alice.@example.org")]
    [InlineData("a b@example.org")]
    [InlineData("alice@exam ple.org")]
    [InlineData("alice@-example.org")]
    [InlineData("alice@example..org")]
    [InlineData("alice@example.org.")]
    [InlineData("alice@[192.0.2.256]")]
    [InlineData("alice@[1.2.3]")]
    [InlineData("alice@[IPv6:::::]")]
    [InlineData("alice@[tag:x]")]
    [InlineData("\"a\nb\"@example.org")]
    [InlineData("\"a\0b\"@example.org")]
    [InlineData("\"open@example.org")]
    [InlineData("a(c)@example.org")]
    [InlineData("x@y@example.org")]
    public void RefusesWhatIsNoAddress(string text) =>
        Assert.False(EmailAddress.TryParse(Encoding.Latin1.GetBytes(text), out _));

    [Fact]
    public void HoldsTheLimitsOfLength()
    {
        var domain = "@" + string.Join('.', Enumerable.Repeat(new string('d', 45), 4)) + ".org";
        Assert.True(EmailAddress.TryParse(new string('a', 64) + domain, out _));
        Assert.False(EmailAddress.TryParse(new string('a', 65) + domain, out _));
        Assert.False(Domain.TryParse(new string('d', 64) + ".org", out _));
        Assert.False(Domain.TryParse(string.Join('.', Enumerable.Repeat("abcd", 52)), out _));
    }

    [Fact]
    public void TurnsAUnicodeDomainIntoALabels()
    {
        Assert.True(Domain.TryParse("Пример.рф", out var domain));
        Assert.Equal("xn--e1afmkfd.xn--p1ai", domain.Name);
    }

    [Theory]
    [InlineData("<>", "<>", 2)]
    [InlineData("<a@b.c> SIZE=1", "<a@b.c>", 7)]
    [InlineData("<Postmaster>", "<Postmaster>", 12)]
    [InlineData("<@one.example,@two.example:a@b.c>", "<a@b.c>", 33)]
    [InlineData("<\"a>b\"@b.c>x", "<\"a>b\"@b.c>", 11)]
    public void ReadsAPath(string text, string canonical, int taken)
    {
        Assert.Equal(taken, MailPath.Parse(Encoding.ASCII.GetBytes(text), out var path));
        Assert.Equal(canonical, path.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a@b.c")]
    [InlineData("<a@b.c")]
    [InlineData("<a@b.c\"")]
    [InlineData("< a@b.c>")]
    [InlineData("<@one.example>")]
    [InlineData("<@one.example:>")]
    [InlineData("<one.example:a@b.c>")]
    [InlineData("<<a@b.c>>")]
    public void RefusesAMalformedPath(string text) =>
        Assert.Equal(-1, MailPath.Parse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void NeverHoldsALineEndOrNulWhateverComesIn() =>
        Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(octets =>
        {
            byte[] text = [(byte)'<', .. octets, (byte)'>'];
            if (MailPath.Parse(text, out var path) < 0) return true;
            return path.ToString().AsSpan().IndexOfAny('\r', '\n', '\0') < 0;
        }));

    [Fact]
    public void ReadsBackEveryAddressThatItWrites()
    {
        var local = Gen.ArrayOf(Gen.Choose(32, 126)).Select(codes => new string([.. codes.Take(20).Select(code => (char)code)]));
        Check.QuickThrowOnFailure(Prop.ForAll(local.ToArbitrary(), value =>
        {
            var quoted = "\"" + value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"@example.org";
            if (!EmailAddress.TryParse(quoted, out var address)) return value.Length == 0;
            return address.Local.Value == value && EmailAddress.TryParse(address.ToString(), out var again) && again == address;
        }));
    }
}
