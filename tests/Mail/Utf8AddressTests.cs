using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Addresses;

namespace Merpati.Mail.Tests;

public sealed class Utf8AddressTests
{
    [Theory]
    [InlineData("<пётр@example.org>", "<пётр@example.org>")]
    [InlineData("<Пётр@пример.рф>", "<Пётр@xn--e1afmkfd.xn--p1ai>")]
    [InlineData("<alice@ПРИМЕР.рф>", "<alice@xn--e1afmkfd.xn--p1ai>")]
    [InlineData("<\"a é\"@example.org>", "<\"a é\"@example.org>")]
    [InlineData("<\"é\"@example.org>", "<é@example.org>")]
    [InlineData("<用户.名@例子.example>", "<用户.名@xn--fsqu00a.example>")]
    [InlineData("<😀@example.org>", "<😀@example.org>")]
    [InlineData("<пётр>", "<пётр>")]
    [InlineData("<a@ωωωωωωωωωωωωωωωωωωωω.example>", "<a@xn--byaaaaaaaaaaaaaaaaaaaa.example>")]
    [InlineData("<@één.example:пётр@example.org>", "<пётр@example.org>")]
    public void ReadsAPathBeyondAsciiWhereItIsAllowed(string text, string canonical)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        Assert.Equal(octets.Length, MailPath.Parse(octets, allowUtf8: true, out var path));
        Assert.Equal(canonical, path.ToString());
        Assert.Equal(-1, MailPath.Parse(octets, out _));
        Assert.Equal(canonical.All(char.IsAscii), path.IsAscii);
        Assert.Equal(canonical, MailPath.FromAddressText(path.ToAddressText()).ToString());
    }

    [Theory]
    [InlineData("3C FF 40 65 2E 65 3E")] // no UTF-8
    [InlineData("3C C3 40 65 2E 65 3E")] // cut short
    [InlineData("3C C0 AF 40 65 2E 65 3E")] // overlong
    [InlineData("3C C0 80 40 65 2E 65 3E")] // an overlong NUL
    [InlineData("3C E0 80 8A 40 65 2E 65 3E")] // an overlong LF
    [InlineData("3C ED A0 80 40 65 2E 65 3E")] // a surrogate
    [InlineData("3C F4 90 80 80 40 65 2E 65 3E")] // beyond Unicode
    [InlineData("3C C2 85 40 65 2E 65 3E")] // NEL
    [InlineData("3C C2 9B 40 65 2E 65 3E")] // CSI
    [InlineData("3C E2 80 A8 40 65 2E 65 3E")] // LINE SEPARATOR
    [InlineData("3C E2 80 AE 40 65 2E 65 3E")] // RIGHT-TO-LEFT OVERRIDE
    [InlineData("3C EF BB BF 40 65 2E 65 3E")] // the byte order mark
    [InlineData("3C EF BF BE 40 65 2E 65 3E")] // U+FFFE
    [InlineData("3C F0 9F BF BF 40 65 2E 65 3E")] // U+1FFFF
    [InlineData("3C EF B7 90 40 65 2E 65 3E")] // U+FDD0
    [InlineData("3C EF BF BD 40 65 2E 65 3E")] // U+FFFD
    [InlineData("3C 22 5C C3 A9 22 40 65 2E 65 3E")] // a quoted pair beyond ASCII
    [InlineData("3C 61 40 65 E3 80 82 65 3E")] // an ideographic full stop
    [InlineData("3C 61 40 FF 2E 65 3E")] // no UTF-8 in the domain
    [InlineData("3C 61 40 5B C3 A9 5D 3E")] // a literal beyond ASCII
    public void RefusesWhatIsNoText(string octets) =>
        Assert.Equal(-1, MailPath.Parse(Convert.FromHexString(octets.Replace(" ", "", StringComparison.Ordinal)), allowUtf8: true, out _));

    [Fact]
    public void CountsOctets()
    {
        Assert.True(LocalPart.TryParse(Encoding.UTF8.GetBytes(new string('é', 32)), allowUtf8: true, out var local));
        Assert.Equal(32, local.Value.Length);
        Assert.False(LocalPart.TryParse(Encoding.UTF8.GetBytes(new string('é', 32) + "x"), allowUtf8: true, out _));
    }

    // A-labels are longer than the U-labels that they stand for.
    [Theory]
    [InlineData(1, 205)]
    [InlineData(50, 254)]
    [InlineData(51, 0)]
    public void HoldsTheLimitForTheALabels(int local, int length)
    {
        var domain = string.Join('.', Enumerable.Repeat("büroß", 14)) + ".example";
        var text = Encoding.UTF8.GetBytes($"{new string('a', local)}@{domain}");
        Assert.InRange(text.Length, 1, EmailAddress.MaxLength);
        Assert.Equal(length > 0, EmailAddress.TryParse(text, allowUtf8: true, out var address));
        Assert.Equal(length, address?.ToString().Length ?? 0);
    }

    [Fact]
    public void ComparesNamesWithoutCase()
    {
        Assert.True(LocalPart.TryParse("ПЁТР"u8, allowUtf8: true, out var upper));
        Assert.True(LocalPart.TryParse("пётр"u8, allowUtf8: true, out var lower));
        Assert.Equal(lower.Key, upper.Key);
        Assert.False(upper.IsAscii);
    }

    [Fact]
    public void NeverHoldsAControlWhateverComesIn() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll<byte[]>(octets =>
        {
            byte[] text = [(byte)'<', .. octets, (byte)'>'];
            if (MailPath.Parse(text, allowUtf8: true, out var path) < 0) return true;
            var shown = path.ToString();
            return !shown.Any(char.IsControl) && !shown.Contains('\uFFFD', StringComparison.Ordinal) && MailPath.FromAddressText(path.ToAddressText()).ToString() == shown;
        }));
}
