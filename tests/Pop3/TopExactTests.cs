using System.Text;

namespace Merpati.Pop3.Tests;

/// <summary>TOP on the wire, at the edges of what a message can be (RFC 1939 §7): header, empty line, so many lines, and not an octet more.</summary>
public sealed class TopExactTests
{
    private const string Header = "A: b\r\n";

    private static async Task<string> AskAsync(string message, string command, int pieceSize)
    {
        var office = new PostOffice();
        office.Messages.PieceSize = pieceSize;
        office.Messages.Add(PostOffice.Bob, message);
        await using var client = office.Connect();
        await client.SendAsync(OctetText.Of("USER bob\r\nPASS пароль\r\n"));
        for (var i = 0; i < 3; i++) await client.NextAsync();
        await client.SendAsync(command + "\r\nNOOP\r\nQUIT\r\n");
        var said = Encoding.Latin1.GetString(await client.RestAsync());
        Assert.Equal(0, office.Messages.ReadersOpen);
        Assert.Equal(0, office.Messages.Marks);
        return said;
    }

    [Theory]
    [InlineData(Header + "\r\none\r\ntwo\r\n", 0, Header + "\r\n")]
    [InlineData(Header + "\r\none\r\ntwo\r\n", 1, Header + "\r\none\r\n")]
    [InlineData(Header + "\r\none\r\ntwo\r\n", 2, Header + "\r\none\r\ntwo\r\n")]
    [InlineData(Header + "\r\none\r\ntwo\r\n", 3, Header + "\r\none\r\ntwo\r\n")]
    [InlineData(Header + "\r\none\r\ntwo\r\n", int.MaxValue, Header + "\r\none\r\ntwo\r\n")]
    [InlineData(Header + "\r\n", 0, Header + "\r\n")] // no body
    [InlineData(Header + "\r\n", 9, Header + "\r\n")]
    [InlineData(Header, 0, Header)] // no empty line
    [InlineData(Header, 9, Header)]
    [InlineData("A: b", 0, Header)] // no line end at all
    [InlineData(Header + "\r\nlast", 1, Header + "\r\nlast\r\n")] // no line end at the end
    [InlineData(Header + "\r\nlast", 9, Header + "\r\nlast\r\n")]
    [InlineData(Header + "\r\none\r\nlast", 1, Header + "\r\none\r\n")]
    [InlineData("", 0, "")]
    [InlineData("\r\n", 0, "\r\n")] // no header
    [InlineData("\r\n.\r\n", 1, "\r\n..\r\n")]
    [InlineData(".A: b\r\n\r\n", 0, "..A: b\r\n\r\n")] // dots, in the header too
    [InlineData(Header + "\r\n.\r\n..\r\n...\r\n", 2, Header + "\r\n..\r\n...\r\n")]
    [InlineData(Header + "\r\na.\r\n.b\r\n", 2, Header + "\r\na.\r\n..b\r\n")]
    [InlineData(Header + "\r\n.", 1, Header + "\r\n..\r\n")]
    [InlineData(Header + "\r\n\r\n\r\nx\r\n", 1, Header + "\r\n\r\n")] // empty lines of the body count
    [InlineData(Header + "\r\n\r\n\r\nx\r\n", 2, Header + "\r\n\r\n\r\n")]
    [InlineData(Header + " \r\nC: d\r\n\r\nx\r\n", 0, Header + " \r\nC: d\r\n\r\n")] // a space is no empty line
    [InlineData(Header + "\tfolded\r\n\r\nx\r\n", 0, Header + "\tfolded\r\n\r\n")]
    [InlineData("A: b\n\none\ntwo\n", 1, "A: b\n\none\n")] // as collected from who knows where
    public async Task NotAnOctetTooManyNorTooFew(string message, int lines, string top)
    {
        var ending = top.Length == 0 || top.EndsWith('\n') ? "" : "\r\n";
        var dot = top.EndsWith("\r\n", StringComparison.Ordinal) || top.Length == 0 ? "." : "\r\n.";
        for (var piece = 1; piece <= message.Length + 1; piece++)
        {
            var said = await AskAsync(message, $"TOP 1 {lines}", piece);
            Assert.Equal($"+OK\r\n{top}{ending}{dot}\r\n+OK\r\n+OK mail.example.org POP3 server signing off (1 message left)\r\n", said);
        }
    }
}
