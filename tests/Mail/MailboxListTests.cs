using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Messages;

namespace Merpati.Mail.Tests;

public sealed class MailboxListTests
{
    private static string? Read(string body, int limit = 100)
    {
        var mailboxes = new List<EmailAddress>();
        return MailboxList.TryRead(Encoding.Latin1.GetBytes(body), limit, mailboxes) ? string.Join(' ', mailboxes) : null;
    }

    [Theory]
    [InlineData("alice@example.org", "alice@example.org")]
    [InlineData(" Alice <alice@example.org>", "alice@example.org")]
    [InlineData("\"Alice, the first\" <alice@example.org>, bob@example.org", "alice@example.org bob@example.org")]
    [InlineData("Alice Q. Public <alice@EXAMPLE.org>", "alice@example.org")]
    [InlineData("=?utf-8?Q?J=C3=B6rg,_M=2E?= <joerg@example.org>", "joerg@example.org")]
    [InlineData("=?utf-8?Q?<boss@example.com>?= <alice@example.org>", "alice@example.org")]
    [InlineData("J\u00f6rg M\u00fcller <joerg@example.org>", "joerg@example.org")]
    [InlineData("alice@example.org (Alice (the first\\) one))", "alice@example.org")]
    [InlineData("(before) alice (a) . (b) b (c) @ (d) example (e) . (f) org (after)", "alice.b@example.org")]
    [InlineData("Alice\r\n\t<alice@example.org>\r\n ", "alice@example.org")]
    [InlineData("\"a b\"@example.org", "\"a b\"@example.org")]
    [InlineData("\"al\\ice\"@example.org", "alice@example.org")]
    [InlineData("\"a\".b@example.org", "a.b@example.org")]
    [InlineData("<@one.example,@two.example:alice@example.org>", "alice@example.org")]
    [InlineData("Team: alice@example.org, Bob <bob@example.org>; , carol@example.org", "alice@example.org bob@example.org carol@example.org")]
    [InlineData("undisclosed-recipients:;", "")]
    [InlineData(",, alice@example.org ,,", "alice@example.org")]
    [InlineData("", "")]
    [InlineData("alice@[192.0.2.1]", "alice@[192.0.2.1]")]
    [InlineData("boss@example.com <alice@example.org>", "alice@example.org")]
    public void ReadsWhoIsNamed(string body, string mailboxes) => Assert.Equal(mailboxes, Read(body));

    [Theory]
    [InlineData("alice")]
    [InlineData("Alice <alice>")]
    [InlineData("<>")]
    [InlineData("<alice@example.org")]
    [InlineData("alice@example.org boss@example.com")]
    [InlineData("alice@example.org\r\n boss@example.com")]
    [InlineData("<alice@example.org> <boss@example.com>")]
    [InlineData("<alice@example.org>boss@example.com")]
    [InlineData("alice@example.org (")]
    [InlineData("\"alice@example.org")]
    [InlineData("alice@")]
    [InlineData("@example.org")]
    [InlineData("alice@example..org")]
    [InlineData("alice..b@example.org")]
    [InlineData("alice b@example.org")]
    [InlineData("alice@exam ple.org")]
    [InlineData("Team: alice@example.org")]
    [InlineData("Team: Inner: alice@example.org;;")]
    [InlineData("alice@example.org; bob@example.org")]
    [InlineData("alice@example.org\0")]
    [InlineData("a@b@example.org")]
    [InlineData("<a@example.org,b@example.org>")]
    [InlineData("\\")]
    [InlineData("(\\")]
    [InlineData("\"\\")]
    [InlineData("=?utf-8?Q?")]
    [InlineData("alice@\"example.org\"")]
    [InlineData("alice@[192.0.2.1")]
    public void RefusesWhatIsNoAddressList(string body) => Assert.Null(Read(body));

    // RFC 6532 §3.2: an address in a header may be UTF-8; its domain is compared by its A-labels.
    [Fact]
    public void ReadsAddressesBeyondAscii()
    {
        var mailboxes = new List<EmailAddress>();
        Assert.True(MailboxList.TryRead("\"Jöhn\" <jöhn@mächine.example>, \u041f\u0451\u0442\u0440 <x@\u043f\u043e\u0447\u0442\u0430.example>"u8, 9, mailboxes));
        Assert.Equal("jöhn@xn--mchine-bua.example x@xn--80a1acny.example", string.Join(' ', mailboxes));
        Assert.False(MailboxList.TryRead([(byte)'j', 0xC3, (byte)'@', .. "example.org"u8], 9, mailboxes));
    }

    [Fact]
    public void CountsNoFurtherThanItsLimit()
    {
        Assert.NotNull(Read("a@example.org,b@example.org", limit: 2));
        Assert.Null(Read("a@example.org,b@example.org,c@example.org", limit: 2));
    }

    [Fact]
    public void RefusesAnAddressThatIsTooLong()
    {
        Assert.Null(Read(new string('a', 65) + "@example.org"));
        Assert.Null(Read(new string('a', 10_000) + "@example.org"));
        Assert.Null(Read("alice@" + string.Concat(Enumerable.Repeat("abcdefgh.", 40)) + "org"));
        Assert.Equal("alice@example.org", Read(new string('a', 10_000) + " <alice@example.org>"));
    }

    [Fact]
    public void SurvivesWhateverItIsGiven()
    {
        // Every text of up to five of these is read to its end, or refused; nothing throws.
        byte[] alphabet = [.. "a@<>,:;\"\\(). ="u8, 0, 0xFF, (byte)'\r', (byte)'\n', (byte)'[', (byte)']', (byte)'?'];
        var text = new byte[5];
        var mailboxes = new List<EmailAddress>();
        for (var number = 0; number < alphabet.Length * alphabet.Length * alphabet.Length * alphabet.Length * alphabet.Length; number++)
        {
            var rest = number;
            for (var i = 0; i < text.Length; i++, rest /= alphabet.Length) text[i] = alphabet[rest % alphabet.Length];
            mailboxes.Clear();
            MailboxList.TryRead(text, 100, mailboxes);
        }
    }
}
