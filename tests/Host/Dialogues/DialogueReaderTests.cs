using System.Text;
using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>What a file says is understood, and a slip in it is told with its line.</summary>
public sealed class DialogueReaderTests
{
    private const string Fine =
        """
        # A title

        Something happens,
        over two lines.

        ```setup
        set Server:HostName=mx.example.org
        domain example.org
        account alice@example.org password secret name "Alice A" legacy-auth
        group all@example.org name "All" member alice@example.org member bob@example.net
        ```

        ```message to alice@example.org octets 41 filled read
        Subject: x

        abcdefghij
        ```

        ```dialogue smtp
        S: 220 mx.example.org ESMTP Merpati
        C: QUIT
        S: 221 2.0.0 Bye
        ```

        Then he reads.

        ```dialogue pop3 lf
        C: QUIT
        S:
        ```

        | Mailbox | Number | Octets | From | Subject |
        |---|---|---|---|---|
        | alice@example.org | none |  |  |  |
        """;

    [Fact]
    public void AWholeFileIsUnderstood()
    {
        var dialogue = DialogueReader.Read("7-some-name", Fine);
        Assert.Equal("A title", dialogue.Title);
        Assert.Equal(["set"], dialogue.Scene.Assignments.Select(_ => "set"));
        Assert.Equal(("alice@example.org", "secret", "Alice A", true), dialogue.Scene.Accounts.Select(account => (account.Address.ToString(), account.Password, account.FullName, account.IsLegacy)).Single());
        Assert.Equal(2, Assert.Single(dialogue.Scene.Groups).Members.Count);
        var message = Assert.Single(dialogue.Scene.Messages);
        Assert.True(message.IsRead);
        Assert.Equal("Subject: x\r\n\r\nabcdefghij\r\nabcdefghij\r\nab\r\n".Remove(38) + "a\r\n", Encoding.ASCII.GetString(message.Octets.Span));
        Assert.Equal(["Something happens, over two lines."], dialogue.Scripts[0].Sentences);
        Assert.Equal(["Then he reads."], dialogue.Scripts[1].Sentences);
        Assert.Equal(("smtp", false), (dialogue.Scripts[0].Protocol, dialogue.Scripts[0].EndsInLineFeed));
        Assert.Equal(("pop3", true), (dialogue.Scripts[1].Protocol, dialogue.Scripts[1].EndsInLineFeed));
        Assert.Equal(new ScriptLine(DialogueSide.Server, "221 2.0.0 Bye", 22), dialogue.Scripts[0].Lines[^1]);
        Assert.Equal("", dialogue.Scripts[1].Lines[^1].Text);
        Assert.Equal(["| alice@example.org | none |  |  |  |"], dialogue.Mailboxes.Rows);
        Assert.All(["7-some-name", "7", "some-name", "SOME-NAME"], name => Assert.True(dialogue.IsCalled(name)));
        Assert.All(["some", "name", "", "-"], name => Assert.False(dialogue.IsCalled(name)));
    }

    [Theory]
    [InlineData("# A title\n", "", "1: there is no title")]
    [InlineData("domain example.org", "domian example.org", "8: a setup line is")]
    [InlineData("alice@example.org password", "alice@ password", "9: alice@ is no address")]
    [InlineData("octets 41 filled", "octets 41", "13: the message has 26 octets, not 41")]
    [InlineData("octets 41 filled", "octets 25 filled", "13: the message has 26 octets, not 25")]
    [InlineData("S: 221", "X: 221", "22: each line begins with 'C:' or 'S:'")]
    [InlineData("C: QUIT\nS: 221 2.0.0 Bye", "C: NOOP", "the client ends with QUIT")]
    [InlineData("dialogue smtp", "dialogue imap", "19: imap is no protocol")]
    [InlineData("dialogue smtp", "transcript", "19: there are no blocks of 'transcript'")]
    [InlineData("| Mailbox |", "| Box |", "the table of the mailboxes begins with")]
    public void ASlipIsToldWithItsLine(string right, string wrong, string told)
    {
        var fault = Assert.Throws<DialogueFault>(() => DialogueReader.Read("7-some-name", Fine.Replace(right, wrong, StringComparison.Ordinal)));
        Assert.StartsWith("docs/dialogues/7-some-name.md:", fault.Message, StringComparison.Ordinal);
        Assert.Contains(told, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(27)]
    [InlineData(28)]
    [InlineData(36)]
    [InlineData(37)]
    [InlineData(38)]
    [InlineData(39)]
    [InlineData(50)]
    [InlineData(51)]
    [InlineData(1000)]
    public void AFilledMessageHasExactlyItsSize(int size)
    {
        var text = SceneMessage.Compose(["Subject: x", "", "abcdefghij"], size, fills: true);
        if (size == 27)
        {
            Assert.Null(text); // one octet is no line
            return;
        }

        Assert.Equal(size, text!.Length);
        Assert.EndsWith("\r\n", Encoding.ASCII.GetString(text), StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n\n", Encoding.ASCII.GetString(text), StringComparison.Ordinal);
    }
}
