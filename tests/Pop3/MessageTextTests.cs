using System.Text;
using Merpati.Storage;

namespace Merpati.Pop3.Tests;

/// <summary>RETR and TOP: the octets that come, and what comes when they cannot.</summary>
public sealed class MessageTextTests
{
    private const string UserBob = "USER bob\r\nPASS \xD0\xBF\xD0\xB0\xD1\x80\xD0\xBE\xD0\xBB\xD1\x8C\r\n";

    /// <summary>What the server sends for a command on Bob's one message, status line included, to the end of the connection.</summary>
    private static async Task<string> AskAsync(PostOffice office, string command)
    {
        await using var client = office.Connect();
        await client.SendAsync(UserBob);
        for (var i = 0; i < 3; i++) await client.NextAsync();
        await client.SendAsync(command + "\r\nQUIT\r\n");
        return Encoding.Latin1.GetString(await client.RestAsync());
    }

    /// <summary>What the text of an answer is: without status line, stuffing, dot and what follows.</summary>
    private static string Unstuff(string answer)
    {
        var end = answer.IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        Assert.True(end >= 0, answer);
        var text = answer[(answer.IndexOf('\n', StringComparison.Ordinal) + 1)..(end + 2)];
        return string.Concat(text.Split("\r\n").SkipLast(1).Select(line => (line.StartsWith('.') ? line[1..] : line) + "\r\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("Subject: x\r\n\r\nbody\r\n")]
    [InlineData(".\r\n..\r\n.a\r\n\r\n.\r\n")]
    [InlineData("A: b\r\n\r\n\xFF\xFE 8-bit \x80\r\n")]
    [InlineData("A: b\r\n\r\nno line end")]
    public async Task RetrSendsEveryOctetInPiecesOfAnySize(string message)
    {
        for (var piece = 1; piece <= message.Length + 1; piece++)
        {
            var office = new PostOffice();
            office.Messages.PieceSize = piece;
            office.Messages.Add(PostOffice.Bob, message);
            var answer = await AskAsync(office, "RETR 1");
            Assert.StartsWith($"+OK {message.Length} octets\r\n", answer, StringComparison.Ordinal);
            var lineEnd = message.Length == 0 || message.EndsWith('\n') ? "" : "\r\n";
            Assert.Equal(message + lineEnd, Unstuff(answer));
            Assert.EndsWith("\r\n.\r\n+OK mail.example.org POP3 server signing off (1 message left)\r\n", answer, StringComparison.Ordinal);
            Assert.Equal(0, office.Messages.ReadersOpen);
        }
    }

    [Theory]
    [InlineData("TOP 1 0", "A: b\r\nB: c\r\n\r\n")]
    [InlineData("TOP 1 1", "A: b\r\nB: c\r\n\r\n..one\r\n")]
    [InlineData("top 1 2", "A: b\r\nB: c\r\n\r\n..one\r\n..\r\n")]
    [InlineData("TOP 1 3", "A: b\r\nB: c\r\n\r\n..one\r\n..\r\nthree\r\n")]
    [InlineData("TOP 1 999999999", "A: b\r\nB: c\r\n\r\n..one\r\n..\r\nthree\r\n")]
    public async Task TopSendsHeaderEmptyLineAndLines(string command, string wire)
    {
        const string Message = "A: b\r\nB: c\r\n\r\n.one\r\n.\r\nthree\r\n";
        for (var piece = 1; piece <= Message.Length; piece++)
        {
            var office = new PostOffice();
            office.Messages.PieceSize = piece;
            office.Messages.Add(PostOffice.Bob, Message);
            var answer = await AskAsync(office, command);
            Assert.Equal("+OK\r\n" + wire + ".\r\n+OK mail.example.org POP3 server signing off (1 message left)\r\n", answer);
            Assert.Equal(0, office.Messages.ReadersOpen);
        }
    }

    [Fact]
    public async Task TopReadsNoMoreThanItSends()
    {
        var office = new PostOffice();
        office.Messages.PieceSize = 1000;
        office.Messages.Add(PostOffice.Bob, PostOffice.TextOf(1_000_000));
        var pieces = 0;
        office.Messages.BeforeRead = count => pieces = count + 1;
        await AskAsync(office, "TOP 1 3");
        Assert.Equal(1, pieces);
    }

    [Fact]
    public async Task ALargeMessageComesWhole()
    {
        var office = new PostOffice();
        var message = PostOffice.TextOf(3_000_001);
        office.Messages.Add(PostOffice.Bob, message);
        Assert.Equal(Encoding.Latin1.GetString(message), Unstuff(await AskAsync(office, "RETR 1")));
    }

    [Theory]
    [InlineData(StoreFailure.Busy, "-ERR [SYS/TEMP] Message 1 cannot be read now, try again later.\r\n+OK ")]
    [InlineData(StoreFailure.Corrupt, "-ERR [SYS/PERM] Message 1 is damaged, tell your administrator.\r\n+OK ")]
    public async Task AFailureBeforeTheFirstOctetIsAnError(StoreFailure failure, string reply)
    {
        foreach (var command in new[] { "RETR 1", "TOP 1 0" })
        {
            foreach (var atOpen in new[] { true, false })
            {
                var office = new PostOffice();
                office.Messages.Add(PostOffice.Bob, PostOffice.TextOf(100));
                office.Messages.OnOpen = atOpen ? failure : null;
                office.Messages.OnRead = atOpen ? null : failure;
                Assert.StartsWith(reply, await AskAsync(office, command), StringComparison.Ordinal);
                Assert.Equal(0, office.Messages.ReadersOpen);
                Assert.Contains("bob@example.org", Assert.Single(office.Log.Of(320)), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task AMessageThatIsGoneIsAnError()
    {
        var office = new PostOffice();
        var uid = office.Messages.Add(PostOffice.Bob, PostOffice.TextOf(100));
        office.Messages.BeforeRead = _ => office.Messages.Remove(PostOffice.Bob, uid);
        Assert.StartsWith("-ERR Message 1 is gone, somebody else removed it.", await AskAsync(office, "RETR 1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeletionOfAGoneMessageIsNoFailure()
    {
        var office = new PostOffice();
        var uid = office.Messages.Add(PostOffice.Bob, PostOffice.TextOf(100));
        await using var client = office.Connect();
        await client.SendAsync(UserBob + "DELE 1\r\n");
        for (var i = 0; i < 4; i++) await client.NextAsync();
        office.Messages.Remove(PostOffice.Bob, uid);
        await client.SendAsync("RSET\r\nRETR 1\r\nDELE 1\r\nQUIT\r\n");
        await client.NextAsync();
        Assert.Equal("-ERR Message 1 is gone, somebody else removed it.", await client.NextAsync());
        Assert.Equal("+OK Message 1 has been deleted.", await client.NextAsync());
        Assert.Equal("+OK mail.example.org POP3 server signing off (maildrop empty)", await client.NextAsync());
    }

    [Theory]
    [InlineData(true)] // it is removed under the session
    [InlineData(false)] // the store cannot read on
    public async Task ATextThatBreaksOffIsNeverEndedByADot(bool removed)
    {
        var office = new PostOffice();
        office.Messages.PieceSize = 1000;
        var uid = office.Messages.Add(PostOffice.Bob, PostOffice.TextOf(10_000));
        office.Messages.BeforeRead = pieces =>
        {
            if (pieces < 3) return;
            if (removed) office.Messages.Remove(PostOffice.Bob, uid);
            else office.Messages.OnRead = StoreFailure.Busy;
        };
        var answer = await AskAsync(office, "RETR 1");
        Assert.StartsWith("+OK 10000 octets\r\n", answer, StringComparison.Ordinal);
        Assert.Equal("+OK 10000 octets\r\n".Length + 3000, answer.Length);
        Assert.DoesNotContain("\r\n.", answer, StringComparison.Ordinal);
        Assert.Contains("MessageCutShort", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
        Assert.False(office.Messages.IsLocked(PostOffice.Bob));
        Assert.Equal(0, office.Messages.ReadersOpen);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(-500)]
    public async Task AStoreThatContradictsItselfIsNotBelieved(int lie)
    {
        var office = new PostOffice();
        office.Messages.Add(PostOffice.Bob, PostOffice.TextOf(10_000));
        office.Messages.SizeLie = lie;
        var answer = await AskAsync(office, "RETR 1");
        Assert.DoesNotContain("\r\n.\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("MessageCutShort", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }
}
