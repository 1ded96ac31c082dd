using Merpati.Delivery.Collecting;

namespace Merpati.Delivery.Tests;

public sealed class MaildropUrlTests
{
    [Theory]
    [InlineData("pop3://alice@mail.example.net/", "pop3://alice@mail.example.net:110/")]
    [InlineData("pop3s://alice@mail.example.net", "pop3s://alice@mail.example.net:995/")]
    [InlineData("POP3S://alice@MAIL.Example.Net:1995/", "pop3s://alice@mail.example.net:1995/")]
    [InlineData("pop3://alice@example.org@mail.example.net", "pop3://alice%40example.org@mail.example.net:110/")]
    [InlineData("pop3://alice%40example.org@mail.example.net/", "pop3://alice%40example.org@mail.example.net:110/")]
    [InlineData("pop3://a%3Ab%20c@localhost:65535/", "pop3://a%3Ab%20c@localhost:65535/")]
    [InlineData("pop3://Ann@127.0.0.1:1/", "pop3://Ann@127.0.0.1:1/")]
    [InlineData("pop3://ann@[0::1]/", "pop3://ann@[::1]:110/")]
    [InlineData("pop3s://ann@[2001:db8::1]:995", "pop3s://ann@[2001:db8::1]:995/")]
    [InlineData("pop3://grün@mail.example.net/", "pop3://gr%C3%BCn@mail.example.net:110/")]
    public void ReadsAndWritesOneFormOfEach(string text, string canonical)
    {
        Assert.True(MaildropUrl.TryParse(text, out var url, out _));
        Assert.Equal(canonical, url.ToString());
        Assert.True(MaildropUrl.TryParse(canonical, out var again, out _));
        Assert.Equal(url, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail.example.net")]
    [InlineData("http://alice@mail.example.net/")]
    [InlineData("pop3://mail.example.net/")]
    [InlineData("pop3://@mail.example.net/")]
    [InlineData("pop3://alice:secret@mail.example.net/")]
    [InlineData("pop3://alice@/")]
    [InlineData("pop3://alice@mail.example.net:0/")]
    [InlineData("pop3://alice@mail.example.net:65536/")]
    [InlineData("pop3://alice@mail.example.net:x/")]
    [InlineData("pop3://alice@mail.example.net:/")]
    [InlineData("pop3://alice@mail.example.net/INBOX")]
    [InlineData("pop3://alice@mail.example.net?x")]
    [InlineData("pop3://alice@mail example.net/")]
    [InlineData("pop3://alice@[127.0.0.1]/")]
    [InlineData("pop3://alice@[::1/")]
    [InlineData("pop3://al%0D%0Aice@mail.example.net/")]
    [InlineData("pop3://al%00ice@mail.example.net/")]
    [InlineData("pop3://al%FFice@mail.example.net/")]
    [InlineData("pop3://al%4@mail.example.net/")]
    [InlineData("pop3://al%+4ice@mail.example.net/")]
    public void RefusesTheRestWithAReasonThatRepeatsNothing(string text)
    {
        Assert.False(MaildropUrl.TryParse(text, out var url, out var fault));
        Assert.Null(url);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesAUserNameThatIsTooLong() => Assert.False(MaildropUrl.TryParse($"pop3://{new string('x', 256)}@mail.example.net/", out _, out _));

    [Theory]
    [InlineData("pop3://a@localhost/", true)]
    [InlineData("pop3://a@127.1.2.3/", true)]
    [InlineData("pop3://a@[::1]/", true)]
    [InlineData("pop3://a@192.0.2.1/", false)]
    [InlineData("pop3://a@localhost.example.net/", false)]
    public void KnowsThisMachine(string text, bool isLoopback)
    {
        Assert.True(MaildropUrl.TryParse(text, out var url, out _));
        Assert.Equal(isLoopback, url.IsLoopback);
    }
}
