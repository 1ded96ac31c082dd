using System.Text;
using Merpati.Progin.Client;

namespace Merpati.Progin.Tests.Client;

/// <summary>What the client says and how it takes what it hears, whole, octet by octet and cut at every point.</summary>
public sealed class ClientDialogueTests
{
    private const string ToMail = "C: HELO\nS: OK\nC: MAIL\nS: OK\nC: SNDR user1 password\nS: OK\n";
    private const string ToMailbox = "C: HELO\nS: OK\nC: FTCH\nS: OK\nC: LGIN user1 password\nS: OK\n";

    private static readonly byte[] Password = "password"u8.ToArray();

    [Fact]
    public Task SendsAMessageWithEveryDotStuffed() => ScriptedServer.PlayEveryWayAsync(
        ToMail + "C: RCPT user2\nS: OK\nC: RCPT nobody\nS: ERR There is no such user.\nC: DATA\nC: subject: hello.\nC: content:\nC: ..\nC: hello\nC: ...dots\nC: \nC: end\nC: .\nS: OK\nC: QUIT\nS: BYE\nS: [close]",
        async client =>
        {
            Assert.True((await client.HelloAsync(default)).IsDone);
            Assert.True((await client.BeginMessageAsync("user1", Password, default)).IsDone);
            Assert.True((await client.AddRecipientAsync("user2", default)).IsDone);
            Assert.Equal(new ProginStep(ProginOutcome.Refused, "ERR There is no such user."), await client.AddRecipientAsync("nobody", default));
            var sending = await client.SendTextAsync("hello.", Text(".\nhello\r\n..dots\r\rend"), default);
            Assert.Equal((true, false), (sending.Step.IsDone, sending.MayHaveArrived));
            Assert.True((await client.QuitAsync(default)).IsDone);
            Assert.NotNull(client.Ending);
        });

    // Some servers repeat what they do not understand.
    [Fact]
    public Task APasswordThatTheServerRepeatsIsNotTold() => ScriptedServer.PlayEveryWayAsync(
        "C: HELO\nS: OK\nC: MAIL\nS: OK\nC: SNDR user1 password\nS: ERR What is \"password\"?\n",
        async client =>
        {
            await client.HelloAsync(default);
            Assert.Equal("ERR What is \"...\"?", (await client.BeginMessageAsync("user1", Password, default)).Text);
        });

    [Fact]
    public Task ATextThatBeginsLikeASubjectIsText() => ScriptedServer.PlayEveryWayAsync(
        ToMail + "C: RCPT user2\nS: OK\nC: DATA\nC: content:\nC: subject: x\nC: .\nS: OK\n",
        async client =>
        {
            await OpenAsync(client);
            await client.AddRecipientAsync("user2", default);
            Assert.True((await client.SendTextAsync(null, Text("subject: x\n"), default)).Step.IsDone);
        });

    [Fact]
    public Task ListsMessagesPieceByPiece() => ScriptedServer.PlayEveryWayAsync(
        ToMailbox + "C: LIST\nS: 2\nS: MAIL 1\nS: To: user1\nS: From: Иван <ivan@example.org>\nS: Time: 09-03-09\nS: Subject: hello\nS: ..\nS: ..dot\nS: €\nS: .\nS: MAIL 2\nS: To:\nS: From:\nS: Time:\nS: Subject:\nS: .\nC: LIST\nS: 0\n",
        async client =>
        {
            await client.HelloAsync(default);
            await client.OpenMailboxAsync("user1", Password, default);
            var items = await ReadAsync(client);
            Assert.Equal(new ProginCount(2), items[0]);
            Assert.Equal(new ProginHead(1, "user1", "Иван <ivan@example.org>", "09-03-09", "hello"), items[1]);
            Assert.Equal(".\n.dot\n€\n", string.Concat(items.OfType<ProginText>().Select(text => text.Text)));
            Assert.Equal([new ProginEnd(1), new ProginHead(2, "", "", "", ""), new ProginEnd(2)], items[^3..]);
            Assert.Equal([new ProginCount(0)], await ReadAsync(client));
            Assert.Null(client.Ending);
        });

    [Fact]
    public Task LineFeedsAloneAreUnderstood() => ScriptedServer.PlayEveryWayAsync(
        "C: HELO\ns: OK\\n\nC: FTCH\ns: OK\\n\nC: LGIN user1 password\ns: OK\\n\nC: LIST\ns: 1\\nMAIL 1\\nTo: a\\nFrom: b\\nTime: c\\nSubject: d\\nx\\n.\\n\n",
        async client =>
        {
            await client.HelloAsync(default);
            await client.OpenMailboxAsync("user1", Password, default);
            Assert.Equal("x\n", string.Concat((await ReadAsync(client)).OfType<ProginText>().Select(text => text.Text)));
        });

    [Theory]
    [InlineData("C: DATA\nC: content:\nC: x\nC: .\nS: [close]", ProginOutcome.Lost, true)]
    [InlineData("C: DATA\nC: content:\nC: x\nC: .\nS: 250 Ok\n", ProginOutcome.ProtocolError, true)]
    [InlineData("C: DATA\nC: content:\nC: x\nC: .\nS: ERR The mailbox is full.\n", ProginOutcome.Refused, false)]
    public async Task SaysWhetherAMessageMayHaveArrived(string script, ProginOutcome outcome, bool mayHave)
    {
        await ScriptedServer.PlayEveryWayAsync(ToMail + "C: RCPT user2\nS: OK\n" + script, async client =>
        {
            await OpenAsync(client);
            await client.AddRecipientAsync("user2", default);
            var sending = await client.SendTextAsync(null, Text("x"), default);
            Assert.Equal((outcome, mayHave), (sending.Step.Outcome, sending.MayHaveArrived));
        });
    }

    [Fact]
    public async Task ATextThatCannotBeReadIsNeverEndedAsIfItWereWhole()
    {
        await using var server = new ScriptedServer(ToMail + "C: RCPT user2\nS: OK\n");
        await OpenAsync(server.Client);
        await server.Client.AddRecipientAsync("user2", default);
        await Assert.ThrowsAsync<IOException>(() => server.Client.SendTextAsync(null, new Torn(), default));
        Assert.True(server.Aborted);
        Assert.Equal(ProginOutcome.Lost, server.Client.Ending!.Outcome);
    }

    [Theory]
    [InlineData("C: LIST\nS: ERR Say LGIN first.\n", ProginOutcome.Refused)]
    [InlineData("C: LIST\nS: many\n", ProginOutcome.ProtocolError)]
    [InlineData("C: LIST\nS: -1\n", ProginOutcome.ProtocolError)]
    [InlineData("C: LIST\nS: OK\n", ProginOutcome.ProtocolError)]
    [InlineData("C: LIST\nS: 1\nS: MAIL 2\n", ProginOutcome.ProtocolError)]
    [InlineData("C: LIST\nS: 1\nS: MAIL 1\nS: From: x\n", ProginOutcome.ProtocolError)]
    [InlineData("C: LIST\nS: 1\nS: MAIL 1\nS: To: x\nS: [close]", ProginOutcome.Lost)]
    [InlineData("C: LIST\nS: 1\nS: MAIL 1\nS: To:\nS: From:\nS: Time:\nS: Subject:\nS: half\nS: [close]", ProginOutcome.Lost)]
    [InlineData("C: LIST\nS: [close]", ProginOutcome.Lost)]
    public Task AListingThatMakesNoSenseEndsInAFailure(string script, ProginOutcome outcome) => ScriptedServer.PlayEveryWayAsync(ToMailbox + script, async client =>
    {
        await client.HelloAsync(default);
        await client.OpenMailboxAsync("user1", Password, default);
        var failure = Assert.IsType<ProginFailure>((await ReadAsync(client))[^1]);
        Assert.Equal(outcome, failure.Step.Outcome);
        Assert.Equal(outcome != ProginOutcome.Refused, client.Ending is not null);
    });

    [Fact]
    public async Task AnEndlessLineOrTextIsNotKept()
    {
        await using (var server = new ScriptedServer("C: HELO\nS: [endless O]"))
        {
            Assert.Equal(ProginOutcome.ProtocolError, (await server.Client.HelloAsync(default)).Outcome);
            Assert.InRange(server.Sent, 0, 256 * 1024);
        }

        await using var flood = new ScriptedServer(ToMailbox + "C: LIST\nS: 1\nS: MAIL 1\nS: To:\nS: From:\nS: Time:\nS: Subject:\nS: [endless x]");
        await flood.Client.HelloAsync(default);
        await flood.Client.OpenMailboxAsync("user1", Password, default);
        long taken = 0;
        await foreach (var item in flood.Client.ListAsync(default))
        {
            if (item is ProginText { Text.Length: var length }) Assert.InRange(length, 1, 17 * 1024);
            if (item is ProginText text && (taken += text.Text.Length) > 1024 * 1024) break;
        }

        Assert.InRange(flood.Sent, 0, 2 * 1024 * 1024);
        Assert.Equal(ProginOutcome.Cancelled, flood.Client.Ending!.Outcome);
    }

    [Fact]
    public async Task AServerThatIsSilentIsGivenUp()
    {
        await using var server = new ScriptedServer("C: HELO\n");
        var step = await server.LetTimePassAsync(server.Client.HelloAsync(default));
        Assert.Equal(ProginOutcome.TimedOut, step.Outcome);
        Assert.True(server.Aborted);
    }

    [Fact]
    public async Task ACancelledStepClosesTheConnection()
    {
        await using var server = new ScriptedServer("C: HELO\n");
        using var cancel = new CancellationTokenSource();
        var step = server.Client.HelloAsync(cancel.Token);
        await cancel.CancelAsync();
        Assert.Equal(ProginOutcome.Cancelled, (await step).Outcome);
        Assert.True(server.Aborted);
    }

    [Fact]
    public async Task NothingThatCouldBeASecondCommandLeaves()
    {
        await using var server = new ScriptedServer("C: HELO\nS: OK\n");
        await server.Client.HelloAsync(default);
        await Assert.ThrowsAsync<ArgumentException>(() => server.Client.AddRecipientAsync("x\r\nQUIT", default));
        await Assert.ThrowsAsync<ArgumentException>(() => server.Client.BeginMessageAsync("two words", Password, default));
        await Assert.ThrowsAsync<ArgumentException>(() => server.Client.SendTextAsync("a\nb", Text("x"), default));
    }

    [Fact]
    public async Task TheTranscriptHidesThePasswordAndTheText()
    {
        var transcript = new Lines();
        var options = new ProginClientOptions { Transcript = transcript };
        await ScriptedServer.PlayEveryWayAsync(ToMail + "C: RCPT user2\nS: OK\nC: DATA\nC: content:\nC: private\nC: .\nS: OK\n", async client =>
        {
            transcript.All.Clear();
            await OpenAsync(client);
            await client.AddRecipientAsync("user2", default);
            await client.SendTextAsync(null, Text("private"), default);
            Assert.Equal(
                ["C: HELO", "S: OK", "C: MAIL", "S: OK", "C: SNDR user1 ...", "S: OK", "C: RCPT user2", "S: OK", "C: DATA", "C: content:", "C: [7 octets]", "C: .", "S: OK"], transcript.All);
        }, options);
    }

    private static async Task OpenAsync(ProginClient client)
    {
        Assert.True((await client.HelloAsync(default)).IsDone);
        Assert.True((await client.BeginMessageAsync("user1", Password, default)).IsDone);
    }

    private static async Task<List<ProginItem>> ReadAsync(ProginClient client)
    {
        var items = new List<ProginItem>();
        await foreach (var item in client.ListAsync(default)) items.Add(item);
        return items;
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private sealed class Torn : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("torn");
    }

    private sealed class Lines : IProginTranscript
    {
        public List<string> All { get; } = [];

        public void Client(string line) => All.Add("C: " + line);

        public void Server(string line) => All.Add("S: " + line);
    }
}
