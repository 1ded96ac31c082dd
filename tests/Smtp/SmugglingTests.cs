using System.Text;

namespace Merpati.Smtp.Tests;

/// <summary>Whatever stands for CRLF.CRLF elsewhere, here it never makes two messages of one.</summary>
public sealed class SmugglingTests
{
    private const string Head = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n";
    private const string Smuggled = "MAIL FROM:<s@x.example>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\nsmuggled\r\n.\r\nQUIT\r\n";

    private readonly TestServer _server = new();

    public static TheoryData<string, int> Sequences => new()
    {
        { "\n.\n", 0 },
        { "\n.\r\n", 0 },
        { "\r\n.\n", 0 },
        { "\r.\r", 0 },
        { "\r.\n", 0 },
        { "\n.\r", 0 },
        { "\r.\r\n", 0 },
        { "\r\n.\r", 0 },
        { "\r\n\0.\r\n", 0 },
        { "\r\n.\0\r\n", 0 },
        { "\r\n.\r\r\n", 0 },
        { "\r\n. \r\n", 1 },
        { "\r\n..\r\n", 1 },
    };

    [Theory]
    [MemberData(nameof(Sequences))]
    public Task NeverMakesTwoMessagesOfOnePipelined(string sequence, int messages) =>
        PlayAsync(messages, [Head, "text" + sequence + Smuggled]);

    [Theory]
    [MemberData(nameof(Sequences))]
    public Task NeverMakesTwoMessagesOfOneInPieces(string sequence, int messages) =>
        PlayAsync(messages, [Head, "text", sequence, Smuggled]);

    [Theory]
    [MemberData(nameof(Sequences))]
    public Task NeverMakesTwoMessagesOfOneOctetByOctet(string sequence, int messages) =>
        PlayAsync(messages, [.. Head.Select(c => c.ToString()), .. ("text" + sequence + Smuggled).Select(c => c.ToString())]);

    [Theory]
    [MemberData(nameof(Sequences))]
    public Task RunsNoSmuggledCommand(string sequence, int messages) =>
        PlayAsync(messages, [Head, "text" + sequence + "BDAT 5 LAST\r\nEHLO y\r\n.\r\nQUIT\r\n"]);

    [Fact]
    public Task TakesTwoMessagesWhereThereAreTwo() => PlayAsync(2, [Head, "text\r\n.\r\nMAIL FROM:<s@x.example>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n", "second\r\n.\r\nQUIT\r\n"]);

    private async Task PlayAsync(int messages, IEnumerable<string> pieces)
    {
        await using var client = _server.Connect();
        foreach (var piece in pieces) await client.SendAsync(piece);
        await client.HangUpAsync();
        var replies = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.Equal(messages, _server.Intake.Messages.Count);
        Assert.Equal(0, _server.Intake.Open);
        Assert.Contains(messages == 0 ? "550 5.6.0 " : "250 2.0.0 Ok: queued", replies, StringComparison.Ordinal);
        Assert.EndsWith("221 2.0.0 Bye\r\n", replies, StringComparison.Ordinal);
        Assert.DoesNotContain("502", replies, StringComparison.Ordinal);
    }
}
