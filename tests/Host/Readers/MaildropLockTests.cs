namespace Merpati.Host.Tests.Readers;

/// <summary>A maildrop belongs to one session at a time, and to none that is gone; only QUIT removes.</summary>
public sealed class MaildropLockTests : IDisposable
{
    private const int BigMessage = 8 << 20; // octets, more than the sockets between client and server hold

    private static readonly string[] Users = ["ann", "ben", "cleo", "dan"];

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LocksDieWithTheProcessAndNothingIsRemoved()
    {
        await RunningServer.PrepareAsync(Data, Users);
        var sessions = new List<LineClient>();
        try
        {
            await using (var server = await RunningServer.StartAsync(Data))
            {
                await SendAsync(server, 3);
                foreach (var user in Users)
                {
                    var pop3 = await MailDialogue.LogInAsync(server, user);
                    sessions.Add(pop3);
                    Assert.StartsWith("+OK", await pop3.AskAsync("RETR 1"), StringComparison.Ordinal);
                    Assert.NotNull(await pop3.ReadTextAsync());
                    Assert.StartsWith("+OK", await pop3.AskAsync("DELE 1"), StringComparison.Ordinal);
                    Assert.StartsWith("-ERR [IN-USE]", await PassAsync(server, user), StringComparison.Ordinal);
                }

                await server.KillAsync();
            }

            await using var next = await RunningServer.StartAsync(Data);
            foreach (var user in Users)
            {
                using var pop3 = await MailDialogue.LogInAsync(next, user);
                Assert.StartsWith("+OK 3 ", await pop3.AskAsync("STAT"), StringComparison.Ordinal);
            }
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    [Fact]
    public async Task ASecondSessionIsRefusedUntilTheFirstHasQuit()
    {
        await RunningServer.PrepareAsync(Data, "ann", "ben");
        await using var server = await RunningServer.StartAsync(Data);
        using var first = await MailDialogue.LogInAsync(server, "ann");
        Assert.StartsWith("-ERR [IN-USE] ", await PassAsync(server, "ann"), StringComparison.Ordinal);
        Assert.StartsWith("-ERR [IN-USE] ", await PassAsync(server, "ann@example.org"), StringComparison.Ordinal);
        using (await MailDialogue.LogInAsync(server, "ben"))
        {
        }

        if (Command.Find("curl") is { } curl)
        {
            var refused = await Command.RunAsync(curl, ["-q", "-sS", "-m", "60", "-u", "ann:secret", $"pop3://{server.Pop3}/"]);
            Assert.Equal(67, refused.Status); // its word for a login that was refused
        }

        Assert.StartsWith("+OK", await first.AskAsync("QUIT"), StringComparison.Ordinal);
        Assert.StartsWith("+OK", await PassAsync(server, "ann"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ASessionCutInTheMiddleOfAMessageRemovesNothing(bool reset)
    {
        await RunningServer.PrepareAsync(Data, Users);
        await using var server = await RunningServer.StartAsync(Data);
        await SendAsync(server, 2);
        using (var smtp = await MailDialogue.GreetAsync(server))
        {
            var body = string.Concat(Enumerable.Repeat("0123456789012345678901234567890123456789012345678901234567890123456789012345\r\n", BigMessage / 78 + 1));
            Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, MailDialogue.Message("big", body), "ann@example.org"), StringComparison.Ordinal);
        }

        using (var pop3 = await MailDialogue.LogInAsync(server, "ann"))
        {
            Assert.StartsWith("+OK", await pop3.AskAsync("DELE 1"), StringComparison.Ordinal);
            Assert.StartsWith("+OK", await pop3.AskAsync("DELE 2"), StringComparison.Ordinal);
            Assert.StartsWith("+OK", await pop3.AskAsync("RETR 3"), StringComparison.Ordinal);
            Assert.StartsWith("Return-Path: ", await pop3.ReadLineAsync(), StringComparison.Ordinal);
            if (reset) pop3.Reset();
        }

        await Patience.UntilAsync("the lock of the session that was cut", async () => (await PassAsync(server, "ann")).StartsWith("+OK", StringComparison.Ordinal));
        var read = await MailDialogue.ReadAllAsync(server, "ann");
        Assert.Equal(3, read.Count);
        Assert.True(read[2].Length > BigMessage, $"the big message has {read[2].Length} octets only");
    }

    // Logs in and, if that goes well, quits.
    private static async Task<string> PassAsync(RunningServer server, string user)
    {
        using var pop3 = await LineClient.ConnectAsync(server.Pop3);
        await pop3.AskAsync($"USER {user}");
        var reply = await pop3.AskAsync("PASS secret");
        await pop3.AskAsync("QUIT");
        return reply;
    }

    private static async Task SendAsync(RunningServer server, int count)
    {
        using var smtp = await MailDialogue.GreetAsync(server);
        for (var number = 1; number <= count; number++)
        {
            var reply = await MailDialogue.SendAsync(smtp, MailDialogue.Message($"message {number}"), [.. Users.Select(user => $"{user}@example.org")]);
            Assert.StartsWith("250 2.0.0", reply, StringComparison.Ordinal);
        }
    }
}
