namespace Merpati.Pop3.Tests;

/// <summary>Numbers of every bad kind, for each command that takes one: clear words, and nothing happens.</summary>
public sealed class BadNumberTests
{
    private const string NoNumber = "-ERR That is not a number.";
    private const string NoMessage = "-ERR No such message, only 6 messages in maildrop.";
    private const string NoZero = "-ERR Message numbers begin at 1.";
    private const string NotPrintable = "-ERR Commands are made of printable ASCII characters.";

    private static readonly string[] Commands = ["LIST {0}", "RETR {0}", "DELE {0}", "UIDL {0}", "TOP {0} 1"];

    private static readonly (string Number, string Reply)[] Bad =
    [
        ("0", NoZero),
        ("000", NoZero),
        ("-0", NoNumber),
        ("-1", NoNumber),
        ("+1", NoNumber),
        ("1.5", NoNumber),
        ("1.", NoNumber),
        ("1e3", NoNumber),
        ("0x1", NoNumber),
        ("1h", NoNumber),
        ("a1", NoNumber),
        ("1-3", NoNumber),
        ("1,000", NoNumber),
        ("1;", NoNumber),
        ("#1", NoNumber),
        ("%31", NoNumber),
        ("one", NoNumber),
        ("NaN", NoNumber),
        ("7", NoMessage),
        ("0000000000000000000000007", NoMessage),
        ("2147483648", NoMessage),
        ("4294967297", NoMessage),
        ("9223372036854775808", NoMessage),
        ("18446744073709551617", NoMessage),
        ("1000000000000000000000000000000000000000000001", NoMessage),
        (@"\xD9\xA1", NotPrintable), // an Arabic 1
        (@"\xEF\xBC\x91", NotPrintable), // a fullwidth 1
        (@"\xC2\xB9", NotPrintable), // a raised 1
        (@"\xB9", NotPrintable),
        (@"1\0", NotPrintable),
        (@"\x001", NotPrintable),
        (@"1\x1B[A", NotPrintable), // an arrow key
        (@"1\x7F", NotPrintable),
        (@"1\t", NotPrintable),
    ];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (var command in Commands)
        {
            foreach (var (number, reply) in Bad) cases.Add(command.Replace("{0}", number, StringComparison.Ordinal), reply);
        }

        return cases;
    }

    private static Task PlayAsync(string command, string reply) => new Transcript($"""
        S: *
        C: USER paul
        C: PASS {PostOffice.Secret}
        S: +OK
        S: +OK *
        c: {command}\r\n
        S: {reply}
        C: LAST
        S: +OK 0 is the last read message.
        C: STAT
        S: +OK 6 12576
        C: QUIT
        S: +OK mail.example.org POP3 server signing off (6 messages left)
        S: [closed]
        """).PlayEveryWayAsync(() => new PostOffice().Service());

    [Theory]
    [MemberData(nameof(Cases))]
    public Task RefusesABadMessageNumber(string command, string reply) => PlayAsync(command, reply);

    [Theory]
    [InlineData("-1", NoNumber)]
    [InlineData("+1", NoNumber)]
    [InlineData("1.5", NoNumber)]
    [InlineData("1e3", NoNumber)]
    [InlineData("0x10", NoNumber)]
    [InlineData("all", NoNumber)]
    [InlineData("*", NoNumber)]
    [InlineData("2147483648", "-ERR That number is too large.")]
    [InlineData("99999999999999999999", "-ERR That number is too large.")]
    [InlineData(@"\xD9\xA1", NotPrintable)]
    [InlineData("1 1", "-ERR Too many arguments for the TOP command.")]
    public Task RefusesABadNumberOfLines(string lines, string reply) => PlayAsync("TOP 1 " + lines, reply);

    [Theory]
    [InlineData("LIST 0000000000000000000000001", "+OK 1 1447")]
    [InlineData("UIDL 06", "+OK 6 1764000000.21")]
    [InlineData("LIST   6  ", "+OK 6 2068")]
    public Task TakesZerosInFrontAndSpacesAround(string command, string reply) => PlayAsync(command, reply);

    [Theory]
    [InlineData("LIST {0}", "-ERR Message 4 has been deleted.")]
    [InlineData("RETR {0}", "-ERR Message 4 has been deleted.")]
    [InlineData("TOP {0} 0", "-ERR Message 4 has been deleted.")]
    [InlineData("UIDL {0}", "-ERR Message 4 has been deleted.")]
    [InlineData("DELE {0}", "-ERR Message 4 is already deleted.")]
    public async Task AMarkedMessageIsRefusedUntilRset(string command, string reply)
    {
        foreach (var number in new[] { "4", "004" })
        {
            await using var client = await new PostOffice().LogInAsync();
            var line = command.Replace("{0}", number, StringComparison.Ordinal) + "\r\n";
            await client.SendAsync("DELE 4\r\n" + line + "RSET\r\n" + line);
            Assert.Equal("+OK Message 4 has been deleted.", await client.NextAsync());
            Assert.Equal(reply, await client.NextAsync());
            Assert.Equal("+OK Maildrop has 6 messages (12576 octets)", await client.NextAsync());
            Assert.StartsWith("+OK", await client.NextAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("RETR ")]
    [InlineData("LIST ")]
    [InlineData("TOP 1 ")]
    [InlineData("LANG ")]
    [InlineData("USER ")]
    public async Task RefusesALineThatIsTooLongForAnyNumber(string start)
    {
        await using var client = await new PostOffice().LogInAsync();
        foreach (var length in new[] { 511, 100_000 })
        {
            await client.SendAsync(start + new string('1', length - start.Length) + "\r\nSTAT\r\n");
            Assert.Equal("-ERR The command line is too long.", await client.NextAsync());
            Assert.Equal("+OK 6 12576", await client.NextAsync());
        }
    }
}
