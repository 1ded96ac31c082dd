using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Messages;

namespace Merpati.Mail.Tests;

public sealed class ListFieldsTests
{
    private static EmailAddress Group(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    [Fact]
    public void NamesTheGroupAndHowToPost() => Assert.Equal(
        "List-Id: \"The \\\"staff\\\"\"\r\n\t<staff.example.org>\r\nList-Post: <mailto:Staff@example.org>\r\n",
        Encoding.ASCII.GetString(ListFields.For(Group("Staff@Example.org"), "The \"staff\"")));

    [Fact]
    public void GoesWithoutAName() => Assert.StartsWith("List-Id: <staff.example.org>\r\n", Encoding.ASCII.GetString(ListFields.For(Group("staff@example.org"), "")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Сотрудники кафедры информационных систем и технологий")]
    [InlineData("x\r\nX-Evil: 1")]
    [InlineData("a\u0000\u0007\ud800")]
    public void EncodesWhatIsNotPlain(string name)
    {
        var lines = Encoding.ASCII.GetString(ListFields.For(Group("staff@example.org"), name)).Split("\r\n");
        Assert.StartsWith("List-Id: =?utf-8?B?", lines[0], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.True(line.Length < 100, line));
        Assert.All(lines[1..^2], line => Assert.True(line[0] == '\t' || line.StartsWith("List-Post: ", StringComparison.Ordinal), line));
    }

    [Theory]
    [InlineData("a+b@example.org", "a+b.example.org")]
    [InlineData("\"a b\"@example.org", "a=20b.example.org")]
    [InlineData("\"a..b\"@example.org", "a.=2eb.example.org")]
    [InlineData("a=20b@example.org", "a=3d20b.example.org")]
    public void HasOneIdentifierForEachGroup(string group, string identifier) => Assert.Equal(identifier, ListFields.Identifier(Group(group)));

    [Theory]
    [InlineData(" Staff <staff.example.org>", true)]
    [InlineData(" <STAFF.example.org>", true)]
    [InlineData(" =?utf-8?B?eA==?=\r\n\t<staff.example.org>", true)]
    [InlineData(" staff.example.org", true)]
    [InlineData(" <other.example.org>", false)]
    [InlineData(" <xstaff.example.org>", false)]
    [InlineData("", false)]
    public void KnowsItsIdentifierAgain(string body, bool known) => Assert.Equal(known, ListFields.Names(Encoding.ASCII.GetBytes(body), "staff.example.org"));
}
