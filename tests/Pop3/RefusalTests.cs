using System.Globalization;
using System.Text;
using Merpati.Pop3.Server;
using Merpati.Pop3.Server.Commands;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Tests;

/// <summary>Bad input: each case gets its clear words, and the session goes on.</summary>
public sealed class RefusalTests
{
    private const string NoNumber = "-ERR That is not a number.";
    private const string NoMessage = "-ERR No such message, only 6 messages in maildrop.";
    private const string Unknown = "-ERR Unknown command.";
    private const string LogInFirst = "-ERR Log in first.";
    private const string NotPrintable = "-ERR Commands are made of printable ASCII characters.";

    [Theory]
    [InlineData("STAT", LogInFirst)]
    [InlineData("LIST", LogInFirst)]
    [InlineData("LIST 1", LogInFirst)]
    [InlineData("UIDL", LogInFirst)]
    [InlineData("RETR 1", LogInFirst)]
    [InlineData("TOP 1 1", LogInFirst)]
    [InlineData("DELE 1", LogInFirst)]
    [InlineData("RSET", LogInFirst)]
    [InlineData("NOOP", LogInFirst)]
    [InlineData("LAST", LogInFirst)]
    [InlineData("STAT with too many", LogInFirst)]
    [InlineData("PASS Kukuru23432", "-ERR Give your name with USER first.")]
    [InlineData("USER", "-ERR Missing argument for the USER command.")]
    [InlineData("USER ", "-ERR Missing argument for the USER command.")]
    [InlineData("USER two words", "-ERR Too many arguments for the USER command.")]
    [InlineData(@"USER p\xE4ul", "-ERR A login name is UTF-8 without control characters.")]
    [InlineData(@"USER p\0ul", NotPrintable)]
    [InlineData(@"USER paul\t", NotPrintable)]
    [InlineData("CAPA all", "-ERR Too many arguments for the CAPA command.")]
    [InlineData("QUIT now", "-ERR Too many arguments for the QUIT command.")]
    [InlineData("", Unknown)]
    [InlineData(" ", Unknown)]
    [InlineData(" STAT", Unknown)]
    [InlineData("EHLO client", Unknown)]
    [InlineData("APOP paul c4c9334bac560ecc979e58001b3e22fb", "-ERR The APOP command is not offered here.")]
    [InlineData("AUTH", "-ERR The AUTH command is not offered here.")]
    [InlineData("AUTH PLAIN", "-ERR The AUTH command is not offered here.")]
    [InlineData("STLS", "-ERR The STLS command is not offered here.")]
    [InlineData("XTND XMIT", "-ERR The XTND command is not offered here.")]
    [InlineData("xtnd archive of many words", "-ERR The XTND command is not offered here.")]
    [InlineData("RPOP paul", "-ERR The RPOP command is not offered here.")]
    [InlineData(@"XTND X\0MIT", NotPrintable)]
    [InlineData("HELO client", Unknown)]
    [InlineData("a1 LOGIN paul secret", Unknown)]
    [InlineData("AUTH=PLAIN", Unknown)]
    [InlineData("STATS", Unknown)]
    [InlineData("STA", Unknown)]
    [InlineData("S.AT", Unknown)]
    [InlineData(@"\0", NotPrintable)]
    [InlineData(@"\x16\x03\x01\x02", NotPrintable)]
    [InlineData(@"ST\xC1T", NotPrintable)]
    [InlineData(@"STAT\r", NotPrintable)]
    public Task RefusesBeforeTheLogin(string command, string reply) => new Transcript($"""
        S: *
        c: {command}\r\n
        S: {reply}
        C: QUIT
        S: +OK mail.example.org POP3 server signing off
        S: [closed]
        """).PlayEveryWayAsync(() => new PostOffice().Service());

    [Theory]
    [InlineData("PASS", "-ERR Missing argument for the PASS command.")]
    [InlineData("PASS ", "-ERR Missing argument for the PASS command.")]
    [InlineData(@"PASS Kukuru\023432", "-ERR A password is UTF-8 without NUL.")]
    [InlineData(@"PASS Kukuru\xFF\xFE", "-ERR A password is UTF-8 without NUL.")]
    [InlineData("STAT", LogInFirst)]
    public async Task RefusesBetweenUserAndPass(string command, string reply)
    {
        var office = new PostOffice();
        await new Transcript($"""
            S: *
            C: USER paul
            S: +OK
            c: {command}\r\n
            S: {reply}
            C: PASS {PostOffice.Secret}
            S: +OK paul's maildrop has 6 messages (12576 octets)
            """).PlayAsync(office.Service());
        Assert.Equal(1, office.PasswordChecks);
    }

    [Theory]
    [InlineData("USER paul", "-ERR You are already logged in.")]
    [InlineData("PASS again", "-ERR You are already logged in.")]
    [InlineData("XTND XMIT", "-ERR The XTND command is not offered here.")]
    [InlineData("RPOP paul", "-ERR The RPOP command is not offered here.")]
    [InlineData("RETR", "-ERR Missing argument for the RETR command.")]
    [InlineData("DELE", "-ERR Missing argument for the DELE command.")]
    [InlineData("TOP", "-ERR Missing argument for the TOP command.")]
    [InlineData("TOP 1", "-ERR Missing argument for the TOP command.")]
    [InlineData("STAT 1", "-ERR Too many arguments for the STAT command.")]
    [InlineData("LIST 1 2", "-ERR Too many arguments for the LIST command.")]
    [InlineData("UIDL 1 2", "-ERR Too many arguments for the UIDL command.")]
    [InlineData("RETR 1 2", "-ERR Too many arguments for the RETR command.")]
    [InlineData("dele 1 2", "-ERR Too many arguments for the DELE command.")]
    [InlineData("TOP 1 2 3", "-ERR Too many arguments for the TOP command.")]
    [InlineData("rset 4", "-ERR Too many arguments for the RSET command.")]
    [InlineData("NOOP 0", "-ERR Too many arguments for the NOOP command.")]
    [InlineData("LAST 1", "-ERR Too many arguments for the LAST command.")]
    [InlineData("QUIT 1", "-ERR Too many arguments for the QUIT command.")]
    [InlineData("RETR 0", "-ERR Message numbers begin at 1.")]
    [InlineData("RETR 00", "-ERR Message numbers begin at 1.")]
    [InlineData("RETR -1", NoNumber)]
    [InlineData("RETR +1", NoNumber)]
    [InlineData("RETR 1.0", NoNumber)]
    [InlineData("RETR 0x1", NoNumber)]
    [InlineData("RETR 1e1", NoNumber)]
    [InlineData("RETR 1,2", NoNumber)]
    [InlineData("RETR all", NoNumber)]
    [InlineData("RETR 7", NoMessage)]
    [InlineData("RETR 2147483647", NoMessage)]
    [InlineData("RETR 2147483648", NoMessage)]
    [InlineData("RETR 4294967297", NoMessage)]
    [InlineData("RETR 18446744073709551617", NoMessage)]
    [InlineData("RETR 99999999999999999999999999999999999999", NoMessage)]
    [InlineData("RETR 5", "-ERR Message 5 has been deleted.")]
    [InlineData("TOP 5 0", "-ERR Message 5 has been deleted.")]
    [InlineData("LIST 5", "-ERR Message 5 has been deleted.")]
    [InlineData("UIDL 5", "-ERR Message 5 has been deleted.")]
    [InlineData("DELE 5", "-ERR Message 5 is already deleted.")]
    [InlineData("LIST 0", "-ERR Message numbers begin at 1.")]
    [InlineData("LIST -5", NoNumber)]
    [InlineData("LIST 7", NoMessage)]
    [InlineData("UIDL 0", "-ERR Message numbers begin at 1.")]
    [InlineData("UIDL x", NoNumber)]
    [InlineData("UIDL 7", NoMessage)]
    [InlineData("DELE 0", "-ERR Message numbers begin at 1.")]
    [InlineData("DELE 7", NoMessage)]
    [InlineData("DELE *", NoNumber)]
    [InlineData("TOP 0 1", "-ERR Message numbers begin at 1.")]
    [InlineData("TOP 7 1", NoMessage)]
    [InlineData("TOP 1 -1", NoNumber)]
    [InlineData("TOP 1 x", NoNumber)]
    [InlineData("TOP 1 2147483648", "-ERR That number is too large.")]
    [InlineData(@"RETR 1\x00", NotPrintable)]
    [InlineData(@"RETR \xD9\xA1", NotPrintable)] // an Arabic digit in UTF-8
    [InlineData(@"RETR\t1", NotPrintable)]
    public async Task RefusesAfterTheLogin(string command, string reply)
    {
        var office = new PostOffice();
        await new Transcript($"""
            S: *
            C: USER paul
            C: PASS {PostOffice.Secret}
            C: DELE 5
            S: +OK
            S: +OK paul's maildrop has 6 messages (12576 octets)
            S: +OK Message 5 has been deleted.
            c: {command}\r\n
            S: {reply}
            C: STAT
            S: +OK 5 9551
            """).PlayEveryWayAsync(office.Service, () =>
        {
            Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task RefusesOverlongLinesAndGoesOn()
    {
        foreach (var length in new[] { 511, 512, 5000, 200_000 })
        {
            await using var client = await new PostOffice().LogInAsync();
            await client.SendAsync("NOOP" + new string(' ', length - 4) + "\r\nSTAT\r\n");
            Assert.Equal("-ERR The command line is too long.", await client.NextAsync());
            Assert.Equal("+OK 6 12576", await client.NextAsync());
        }
    }

    [Fact]
    public async Task TakesALineOfTheFullLength()
    {
        await using var client = await new PostOffice().LogInAsync();
        await client.SendAsync("NOOP" + new string(' ', 506) + "\r\n");
        Assert.Equal("+OK", await client.NextAsync());
    }

    [Theory]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("get / HTTP/1.0")]
    [InlineData("POST /x HTTP/1.1")]
    [InlineData("HEAD / HTTP/1.1")]
    [InlineData("PUT / HTTP/1.1")]
    [InlineData("DELETE / HTTP/1.1")]
    [InlineData("OPTIONS * HTTP/1.1")]
    [InlineData("CONNECT mail:25 HTTP/1.1")]
    [InlineData("TRACE / HTTP/1.1")]
    [InlineData("PATCH / HTTP/1.1")]
    [InlineData("PRI * HTTP/2.0")]
    public async Task HangsUpOnHttp(string request)
    {
        var office = new PostOffice();
        await using var client = office.Connect();
        await client.SendAsync(request + "\r\nHost: x\r\n\r\nUSER paul\r\nPASS Kukuru23432\r\n");
        var said = Encoding.ASCII.GetString(await client.RestAsync());
        Assert.Equal("+OK mail.example.org POP3 Merpati ready\r\n-ERR This is a POP3 server.\r\n", said);
        Assert.Equal(0, office.PasswordChecks);
        Assert.Contains("NotPop3", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTwentiethErrorEndsTheSession()
    {
        var office = new PostOffice();
        await using var client = await office.LogInAsync();
        await client.SendAsync("DELE 1\r\n");
        await client.NextAsync();
        for (var i = 1; i < 20; i++)
        {
            await client.SendAsync(i % 2 == 0 ? "BOGUS\r\n" : "RETR 7\r\n");
            Assert.StartsWith(i % 2 == 0 ? Unknown : NoMessage, await client.NextAsync(), StringComparison.Ordinal);
        }

        await client.SendAsync("RETR x\r\nQUIT\r\n");
        Assert.Equal("-ERR Too many errors, closing the connection.", await client.NextAsync());
        Assert.Null(await client.NextAsync());
        await client.EndAsync();
        Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
        Assert.False(office.Messages.IsLocked(PostOffice.Paul));
        Assert.Contains("TooManyErrors", Assert.Single(office.Log.Of(300)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MessagesThatAreGoneAreNoErrorsOfTheClient()
    {
        var office = new PostOffice();
        await using var client = await office.LogInAsync();
        foreach (var uid in office.Messages.Uids(PostOffice.Paul)) office.Messages.Remove(PostOffice.Paul, uid);
        for (var i = 0; i < 40; i++)
        {
            await client.SendAsync("RETR 2\r\n");
            Assert.Equal("-ERR Message 2 is gone, somebody else removed it.", await client.NextAsync());
        }
    }

    [Fact]
    public void EveryReplyLineIsShortPrintableAscii()
    {
        var line = new byte[2 * ReplyWriter.MaxLineLength];
        foreach (var rejection in Enum.GetValues<Pop3Rejection>())
        {
            foreach (var verb in Pop3Verbs.All)
            {
                var written = line.AsSpan(0, ReplyWriter.Format(Pop3Reply.Reject(rejection, long.MaxValue).With(verb.Name), EnglishTexts.All, line));
                var text = Encoding.ASCII.GetString(written);
                Assert.True(text.Length <= ReplyWriter.MaxLineLength);
                Assert.StartsWith("-ERR ", text, StringComparison.Ordinal);
                Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
                Assert.DoesNotContain('%', text);
                Assert.False(text.AsSpan(0, text.Length - 2).ContainsAnyExceptInRange(' ', '~'), text);
            }
        }
    }

    [Fact]
    public async Task TheLongestNamesFitAReplyLine()
    {
        var office = new PostOffice { Options = new() { HostName = new string('h', 255) } };
        await using var client = office.Connect();
        Assert.True((await client.NextAsync())!.Length <= 510);
        await client.SendAsync($"USER paul\r\nPASS {PostOffice.Secret}\r\nQUIT\r\n");
        for (var i = 0; i < 3; i++) Assert.True((await client.NextAsync())!.Length <= 510);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\r\nbreak")]
    [InlineData("пошта.example")]
    public void RefusesAHostNameThatIsNone(string name)
    {
        var office = new PostOffice { Options = new() { HostName = name } };
        Assert.Throws<ArgumentException>(office.Service);
    }

    [Fact]
    public void SingularAndPluralAreRight()
    {
        Assert.Equal("+OK 0 messages (0 octets)\r\n", Format(0, 0));
        Assert.Equal("+OK 1 message (1 octet)\r\n", Format(1, 1));
        Assert.Equal("+OK 2 messages (320 octets)\r\n", Format(2, 320));
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"+OK {int.MaxValue} messages ({long.MaxValue} octets)\r\n"), Format(int.MaxValue, long.MaxValue));

        static string Format(long messages, long octets)
        {
            var line = new byte[ReplyWriter.MaxLineLength];
            return Encoding.ASCII.GetString(line, 0, ReplyWriter.Format(Pop3Reply.Ok(Pop3Phrase.Listing, messages, octets), EnglishTexts.All, line));
        }
    }
}
