using System.Text;
using Merpati.Transcripts;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;

namespace Merpati.Smtp.Tests;

/// <summary>
/// Who does not wait where one must (RFC 2920 §3.1) is cut before anything of what was said too early is acted on. EHLO, NOOP, VRFY and the like
/// should end a group too, and nothing can go wrong when they do not.
/// </summary>
public sealed class TurnTests
{
    private const string OutOfTurn = "421 4.7.0 You do not wait for your turn\r\n";

    private readonly TestServer _server = new();

    [Theory]
    [InlineData("EHLO x\r\nMAIL FROM:<a@b.example>\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: mx.example.org\r\n\r\n")]
    [InlineData("\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    public async Task CutsAClientThatTalksBeforeTheBanner(string text)
    {
        var late = new LateService(_server.NewService());
        await using var client = new MemoryClient(late);
        await client.SendAsync(text);
        late.Begin.SetResult();
        await client.HangUpAsync();
        Assert.Equal(OutOfTurn, Encoding.ASCII.GetString(await client.ReadToEndAsync()));
        Assert.Empty(_server.Intake.Messages);
    }

    [Theory]
    [InlineData("text\r\n.\r\n")]
    [InlineData(".\r\nMAIL FROM:<s@x.example>\r\n")]
    [InlineData("x")]
    [InlineData("\r\n")]
    public async Task CutsAClientWhoseTextDoesNotWaitForThe354(string text)
    {
        await using var client = _server.Connect();
        await client.SendAsync("EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n" + text);
        await client.HangUpAsync();
        var replies = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.EndsWith("250 2.1.5 Recipient ok\r\n" + OutOfTurn, replies, StringComparison.Ordinal);
        Assert.DoesNotContain("354", replies, StringComparison.Ordinal);
        Assert.Empty(_server.Intake.Messages);
        Assert.Equal(0, _server.Intake.Open);
    }

    // Refused or not: the text of such a client must not be read as commands.
    [Theory]
    [InlineData("")]
    [InlineData("EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<nobody@example.org>\r\n")]
    [InlineData("EHLO x\r\nMAIL FROM:<a@b.example> BODY=BINARYMIME\r\nRCPT TO:<alice@example.org>\r\n")]
    public async Task RunsNothingOfATextAfterARefusedData(string before)
    {
        await using var client = _server.Connect();
        await client.SendAsync(before + "DATA\r\nEHLO x\r\nMAIL FROM:<s@x.example>\r\nRCPT TO:<bob@example.org>\r\nBDAT 3 LAST\r\nabc");
        await client.HangUpAsync();
        Assert.EndsWith(OutOfTurn, Encoding.ASCII.GetString(await client.ReadToEndAsync()), StringComparison.Ordinal);
        Assert.Empty(_server.Intake.Messages);
    }

    [Fact]
    public Task ToleratesCommandsAfterThoseThatShouldEndAGroup() => _server.PlayFromBannerAsync(
        "S: 220 *\nC: EHLO client.example\nC: VRFY alice\nC: NOOP\nC: HELP data\nC: MAIL FROM:<>\nC: RCPT TO:<alice@example.org>\nC: DATA\n" + TestServer.Extensions +
        "S: 252 *\nS: 250 *\nS: 214-*\nS: 214 *\nS: 250 *\nS: 250 *\nS: 354 *\nC: .\nC: MAIL FROM:<>\nS: 250 2.0.0 *\nS: 250 2.1.0 *" + TestServer.Bye,
        intake => Assert.Single(intake.Messages));

    // A form in a browser can send a whole dialogue to this port; its first line ends it, and so would its body.
    [Theory]
    [InlineData("POST / HTTP/1.1\r\nHost: mx\r\nContent-Type: text/plain\r\n\r\nEHLO x\r\nMAIL FROM:<s@x.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\nx\r\n.\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nEHLO x\r\nMAIL FROM:<s@x.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\nx\r\n.\r\n")]
    [InlineData("DELETE /<script> HTTP/1.1\r\nX: y\r\n\r\nEHLO x\r\nMAIL FROM:<s@x.example>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\nx\r\n.\r\n")]
    public async Task TakesNoMessageFromAWebRequest(string request)
    {
        await using var client = _server.Connect();
        await client.ReadLineAsync();
        await client.SendAsync(request);
        await client.HangUpAsync();
        var replies = Encoding.ASCII.GetString(await client.ReadToEndAsync());
        Assert.Contains("421 4.7.0 ", replies, StringComparison.Ordinal);
        Assert.DoesNotContain("script", replies, StringComparison.Ordinal);
        Assert.Empty(_server.Intake.Messages);
    }

    [Fact]
    public async Task GreetsAClientThatWaits()
    {
        var late = new LateService(_server.NewService());
        await using var client = new MemoryClient(late);
        late.Begin.SetResult();
        Assert.Equal("220 mx.example.org ESMTP Merpati", await client.ReadLineAsync());
    }

    /// <summary>A service whose sessions begin when the test says so.</summary>
    private sealed class LateService(IConnectionService service) : IConnectionService
    {
        public TaskCompletionSource Begin { get; } = new();

        public int MaxLineLength => service.MaxLineLength;

        public ReadOnlyMemory<byte> Refusal(Admission reason) => service.Refusal(reason);

        public async Task ServeAsync(WireConnection connection)
        {
            await Begin.Task;
            await service.ServeAsync(connection);
        }
    }
}
