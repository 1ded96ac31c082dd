using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Mime;
using Merpati.Progin.Server;

namespace Merpati.Progin.Tests;

public sealed class ShownMessageTests
{
    private static readonly Domain Default = Domain.TryParse("example.org"u8, out var domain) ? domain : throw new InvalidOperationException();

    [Theory]
    [InlineData("user1@example.org", "user1")]
    [InlineData("user1@EXAMPLE.org, user2@example.org, Someone <user3@example.org>, out@example.com, user4@example.org", "user1, user2, Someone <user3@example.org>, out@example.com, user4")]
    [InlineData("\"Eve, user2@example.org, x\" <eve@evil.example>", "\"Eve, user2@example.org, x\" <eve@evil.example>")]
    [InlineData("user1@example.org, \"Eve, user2@example.org, x\" <eve@evil.example>, user3@example.org", "user1, \"Eve, user2@example.org, x\" <eve@evil.example>, user3")]
    [InlineData("\"Eve \\\", user2@example.org, \\\"x\" <eve@evil.example>, user3@example.org", "\"Eve \\\", user2@example.org, \\\"x\" <eve@evil.example>, user3")]
    [InlineData("\"Eve\\\\\" <eve@evil.example>, user2@example.org, \"x, user3@example.org, \\\\\\\"\" <x@evil.example>", "\"Eve\\\\\" <eve@evil.example>, user2, \"x, user3@example.org, \\\\\\\"\" <x@evil.example>")]
    [InlineData("Eve <\"a, user2@example.org, b\"@evil.example>, user3@example.org", "Eve <\"a, user2@example.org, b\"@evil.example>, user3")]
    [InlineData("\"a, b\"@example.org, user2@example.org", "\"a, b\", user2")]
    [InlineData("eve@evil.example (x, user2@example.org, (y, user2@example.org, z), user2@example.org, :-\"), user3@example.org", "eve@evil.example (x, user2@example.org, (y, user2@example.org, z), user2@example.org, :-\"), user3")]
    [InlineData("\"(\" <eve@evil.example>, user2@example.org, \")\" <eve@evil.example>", "\"(\" <eve@evil.example>, user2, \")\" <eve@evil.example>")]
    [InlineData("user1@example.org, \"Eve, user2@example.org, x", "user1@example.org, \"Eve, user2@example.org, x")]
    [InlineData("user1@example.org, (Eve, user2@example.org, x", "user1@example.org, (Eve, user2@example.org, x")]
    [InlineData("user1@example.org, \"Eve\\", "user1@example.org, \"Eve\\")]
    [InlineData("user1@example.org,user2@example.org, , user3@example.org, ", "user1@example.org,user2@example.org, , user3, ")]
    [InlineData("Team: a@example.org, b@example.org, c@example.org; d@example.org", "Team: a@example.org, b, c@example.org; d@example.org")]
    [InlineData("@, ", "@, ")]
    public void OnlyAWholeBareAddressOfTheDefaultDomainIsShortened(string mailboxes, string shown)
    {
        Assert.Equal(shown, ShownMessage.Shorten(mailboxes, Default));
        Assert.Equal(mailboxes, ShownMessage.Shorten(mailboxes, null));
    }

    // What the header is read as, and what is shown of it, go together.
    [Theory]
    [InlineData("\"Eve, user2@example.org, x\" <eve@evil.example>, user3@example.org", "\"Eve, user2@example.org, x\" <eve@evil.example>, user3")]
    [InlineData("=?utf-8?q?Eve=22,_user2=40example.org,_=5C?= <eve@evil.example>, user3@example.org", "\"Eve\\\", user2@example.org, \\\\\" <eve@evil.example>, user3")]
    [InlineData("\"\\\\\\\", user2@example.org, \\\"\" <eve@evil.example>", "\"\\\\\\\", user2@example.org, \\\"\" <eve@evil.example>")]
    public void ANameOfAMessageStaysAsItIs(string from, string shown)
    {
        var message = new ShownMessage(endsInBareLineFeed: true);
        var reader = new MessageReader(message);
        reader.Write(Encoding.ASCII.GetBytes($"From: {from}\n\n"));
        reader.Complete();
        Assert.Equal(shown, ShownMessage.Shorten(message.Head!.From, Default));
    }
}
