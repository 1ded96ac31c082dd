using System.Text;

namespace Merpati.Smtp.Tests;

/// <summary>Whatever stands for CRLF.CRLF elsewhere, here it never makes two messages of one.</summary>
public sealed class SmugglingTests
{
    private const string Head = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n";
    private const string ChunkHead = "EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\n";
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

    // All that follows the 354, the end of the text and the next commands too, in one piece.
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
        PlayAsync(messages, [Head, "text" + sequence + "MAIL FROM:<s@x.example>\r\nRCPT TO:<bob@example.org>\r\nBDAT 5 LAST\r\nEHLO y\r\n.\r\nQUIT\r\n"]);

    // Said together with DATA, it is not even read.
    [Theory]
    [MemberData(nameof(Sequences))]
    public async Task TakesNothingThatDidNotWaitForThe354(string sequence, int messages)
    {
        Assert.InRange(messages, 0, 1);
        await using var client = _server.Connect();
        await client.SendAsync(Head + "text" + sequence + Smuggled);
        await client.HangUpAsync();
        Assert.EndsWith("\r\n421 4.7.0 You do not wait for your turn\r\n", Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Empty(_server.Intake.Messages);
    }

    // In a chunk the end is where its size says; the sequences are only text, refused where they hold a bare newline or a NUL. The true end of
    // DATA is only text, too.
    [Theory]
    [MemberData(nameof(Sequences))]
    [InlineData("\r\n.\r\n", 1)]
    public Task NeverMakesTwoMessagesOfAChunk(string sequence, int messages)
    {
        var text = "text" + sequence + Smuggled.Replace("QUIT\r\n", "", StringComparison.Ordinal);
        return PlayAsync(messages, [ChunkHead + $"BDAT {text.Length} LAST\r\n{text}QUIT\r\n"]);
    }

    [Theory]
    [MemberData(nameof(Sequences))]
    [InlineData("\r\n.\r\n", 1)]
    public async Task NeverMakesTwoMessagesOfChunksThatAreCutAnywhere(string sequence, int messages)
    {
        var text = "text" + sequence + "MAIL FROM:<s@x.example>\r\n";
        for (var cut = 0; cut <= text.Length; cut++)
        {
            await PlayAsync(messages, [ChunkHead + $"BDAT {cut}\r\n{text[..cut]}BDAT {text.Length - cut} LAST\r\n{text[cut..]}QUIT\r\n"]);
        }
    }

    // What is left of a chunk whose command was refused is not run either.
    [Theory]
    [MemberData(nameof(Sequences))]
    public async Task RunsNothingOfARefusedChunk(string sequence, int messages)
    {
        Assert.InRange(messages, 0, 1);
        var text = "text" + sequence + Smuggled;
        await using var client = _server.Connect();
        await client.SendAsync($"EHLO x\r\nBDAT {text.Length} LAST\r\n{text}QUIT\r\n");
        await client.HangUpAsync();
        Assert.EndsWith("HELP\r\n503 5.5.1 Send MAIL first\r\n221 2.0.0 Bye\r\n", Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Empty(_server.Intake.Messages);
    }

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
