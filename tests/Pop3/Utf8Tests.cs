using System.Text;

namespace Merpati.Pop3.Tests;

/// <summary>UTF8 (RFC 6856 §2): names beyond ASCII, and messages that came as internationalized mail.</summary>
public sealed class Utf8Tests
{
    private const string BadName = "-ERR A login name is UTF-8 without control characters.";
    private const string NeedsUtf8 = "-ERR [UTF8] The header of message 1 is in UTF-8, give the UTF8 command before you log in.";
    private const string Declared = "Return-Path: <a@example.net>\r\nReceived: from a\r\n\tby b (Merpati) with UTF8SMTPS id 1;\r\n\tSun, 22 Nov 2026 05:06:24 +0000\r\n";
    private const string Undeclared = "Return-Path: <a@example.net>\r\nReceived: from a\r\n\tby b (Merpati) with ESMTPS id 1;\r\n\tSun, 22 Nov 2026 05:06:24 +0000\r\n";

    private static Task PlayAsync(string session) => new Transcript(OctetText.Of(session)).PlayEveryWayAsync(() => new PostOffice().Service());

    /// <summary>The first line of the answer to a command on Bob's one message.</summary>
    private static async Task<string> AskAsync(string message, string command, bool utf8, int pieceSize = 65536)
    {
        var office = new PostOffice();
        office.Options = office.Options with { RefusesUtf8Unasked = true };
        office.Messages.PieceSize = pieceSize;
        office.Messages.Add(PostOffice.Bob, Encoding.UTF8.GetBytes(message));
        await using var client = office.Connect();
        await client.SendAsync(Encoding.UTF8.GetBytes((utf8 ? "UTF8\r\n" : "") + "USER bob\r\nPASS пароль\r\n"));
        for (var i = utf8 ? 0 : 1; i < 4; i++) await client.NextAsync();
        await client.SendAsync(command + "\r\nQUIT\r\n");
        var said = Encoding.UTF8.GetString(await client.RestAsync());
        var line = said[..said.IndexOf("\r\n", StringComparison.Ordinal)];
        if (command.StartsWith("RETR", StringComparison.Ordinal) && line.StartsWith("+OK", StringComparison.Ordinal)) Assert.Contains("\r\n" + message, said, StringComparison.Ordinal);
        Assert.Equal(line.StartsWith("-ERR", StringComparison.Ordinal) || command.StartsWith("TOP", StringComparison.Ordinal) ? 0 : 1, office.Messages.Marks);
        Assert.Equal(0, office.Messages.ReadersOpen);
        return line;
    }

    [Fact]
    public Task Utf8MayBeGivenTwiceAndBetweenUserAndPass() => PlayAsync("""
        S: *
        C: UTF8
        S: +OK UTF-8 mode is on.
        C: utf8
        S: +OK UTF-8 mode is on.
        C: USER paul
        S: +OK
        C: UTF8
        S: +OK UTF-8 mode is on.
        C: PASS Kukuru23432
        S: +OK paul's maildrop has 6 messages (12576 octets)
        C: UTF8
        S: -ERR You are already logged in.
        C: UTF8 1
        S: -ERR You are already logged in.
        """);

    [Theory]
    [InlineData("UTF8 USER", "-ERR Too many arguments for the UTF8 command.")]
    [InlineData("UTF-8", "-ERR Unknown command.")]
    [InlineData("UTF", "-ERR Unknown command.")]
    [InlineData("UTF\u0018", "-ERR Commands are made of printable ASCII characters.")] // "8" without its bit 5
    [InlineData("UTF88", "-ERR Unknown command.")]
    [InlineData("UTFX", "-ERR Unknown command.")]
    public Task RefusesWhatIsNotUtf8(string command, string reply) => PlayAsync($"""
        S: *
        C: {command}
        S: {reply}
        C: UTF8
        S: +OK UTF-8 mode is on.
        """);

    [Fact]
    public Task ANameBeyondAsciiIsGreetedInUtf8Mode() => PlayAsync("""
        S: *
        C: UTF8
        S: +OK UTF-8 mode is on.
        C: USER анна
        S: +OK
        C: PASS тайна
        S: +OK анна's maildrop has 0 messages (0 octets)
        """);

    // RFC 6856 §2.2: the name may be in UTF-8 before the UTF8 command; §2.1: what is sent may not.
    [Fact]
    public Task ANameBeyondAsciiIsNotEchoedWithoutUtf8Mode() => PlayAsync("""
        S: *
        C: USER анна
        S: +OK
        C: PASS тайна
        S: +OK Your maildrop has 0 messages (0 octets)
        """);

    [Fact]
    public Task TheNameIsPrepared() => PlayAsync("""
        S: *
        c: USER \xD0\xB0\xD0\xBD\xC2\xAD\xD0\xBD\xD0\xB0\r\n
        S: +OK
        C: PASS тайна
        S: +OK Your maildrop has 0 messages (0 octets)
        """);

    [Theory]
    [InlineData(@"p\xE4ul")] // Latin-1
    [InlineData(@"\xD0")] // cut off
    [InlineData(@"\xC0\xAFpaul")] // overlong
    [InlineData(@"\xED\xA0\x80")] // a surrogate
    [InlineData(@"\xF4\x90\x80\x80")] // beyond Unicode
    [InlineData(@"\xC2\x85paul")] // a control of C1
    [InlineData(@"\xE2\x80\xAEpaul")] // right-to-left override
    [InlineData(@"\xEF\xBF\xBEpaul")] // no character
    [InlineData(@"\xC2\xAD")] // nothing is left of it
    public Task RefusesNamesThatAreNoUtf8(string name) => PlayAsync($"""
        S: *
        c: USER {name}\r\n
        S: {BadName}
        C: PASS тайна
        S: -ERR Give your name with USER first.
        """);

    [Theory]
    [InlineData(@"\xD0\xB0\0")]
    [InlineData(@"\xD0\xB0\x7F")]
    [InlineData(@"\xD0\xB0\t")]
    [InlineData(@"\xD0\xB0\r")]
    public Task RefusesNamesWithControls(string name) => PlayAsync($"""
        S: *
        c: USER {name}\r\n
        S: -ERR Commands are made of printable ASCII characters.
        C: USER paul
        S: +OK
        """);

    [Theory]
    [InlineData("RETR 1")]
    [InlineData("TOP 1 0")]
    public async Task AnInternationalizedMessageNeedsUtf8Mode(string command)
    {
        const string Message = Declared + "Subject: жизнь\r\n\r\nтекст\r\n";
        Assert.Equal(NeedsUtf8, await AskAsync(Message, command, utf8: false));
        Assert.StartsWith("+OK", await AskAsync(Message, command, utf8: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Declared + "Subject: life\r\n\r\nтекст\r\n")] // the body is 8-bit, as POP3 has always carried it
    [InlineData(Undeclared + "Subject: жизнь\r\n\r\nтекст\r\n")] // malformed, but no internationalized mail
    [InlineData("Subject: жизнь\r\n\r\ntext\r\n")]
    [InlineData("Subject: жизнь\r\n\r\n" + Declared)] // in the body
    [InlineData(Undeclared + Declared + "Subject: жизнь\r\n\r\ntext\r\n")] // another host's words
    [InlineData(Declared + "Subject: life\r\n")] // no body, no empty line
    [InlineData("\r\nтекст\r\n")]
    public async Task OtherMessagesAreSentAsTheyAre(string message)
    {
        Assert.StartsWith("+OK", await AskAsync(message, "RETR 1", utf8: false), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await AskAsync(message, "RETR 1", utf8: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADeclaredHeaderOfMoreThanOnePieceIsTakenToNeedUtf8Mode()
    {
        var message = Declared + string.Concat(Enumerable.Repeat("X-Filler: text\r\n", 100)) + "Subject: жизнь\r\n\r\ntext\r\n";
        Assert.Equal(NeedsUtf8, await AskAsync(message, "RETR 1", utf8: false, pieceSize: 1000));
    }

    [Fact]
    public async Task ByDefaultAClientGetsWhatIsThere()
    {
        var office = new PostOffice();
        office.Messages.Add(PostOffice.Paul, Encoding.UTF8.GetBytes(Declared + "Subject: жизнь\r\n\r\n"));
        await using var client = await office.LogInAsync();
        await client.SendAsync("RETR 7\r\nQUIT\r\n");
        Assert.Contains("\r\nSubject: жизнь\r\n\r\n.\r\n", Encoding.UTF8.GetString(await client.RestAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMessageThatIsNotSentStaysAndCanBeRemoved()
    {
        var office = new PostOffice();
        office.Options = office.Options with { RefusesUtf8Unasked = true };
        office.Messages.Add(PostOffice.Paul, Encoding.UTF8.GetBytes(Declared + "Subject: жизнь\r\n\r\n"));
        await using var client = await office.LogInAsync();
        await client.SendAsync("RETR 7\r\nLIST 7\r\nLAST\r\nDELE 7\r\nQUIT\r\n");
        Assert.StartsWith("-ERR [UTF8] ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.StartsWith("+OK 7 ", await client.NextAsync(), StringComparison.Ordinal);
        Assert.Equal("+OK 0 is the last read message.", await client.NextAsync());
        Assert.Equal("+OK Message 7 has been deleted.", await client.NextAsync());
        Assert.Equal("+OK mail.example.org POP3 server signing off (6 messages left)", await client.NextAsync());
    }
}
