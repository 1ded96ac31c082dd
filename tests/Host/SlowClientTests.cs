using System.Net.Sockets;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>Clients that do not read, hardly write, come in crowds, or vanish: each costs little, and none is there for ever.</summary>
public sealed class SlowClientTests : IDisposable
{
    private const int Deaf = 4;
    private const int Commands = 150_000; // their replies are more than the system's own buffers take
    private const long MaxGrowth = 20 * 1024; // KiB
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("NOOP")]
    [InlineData("RCPT TO:<alice@example.org>")] // past the limit each of them is answered, and costs no budget
    public async Task ClientsThatPipelineAndNeverReadAreCutAndCostLittle(string command)
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(
            Data, "--set", "Smtp:Timeouts:Command=00:00:02", "--set", "Smtp:MaxRecipients=100", "--set", $"Connections:Max={Deaf}");
        var commands = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(command + "\r\n", Commands)));

        // What clients cost that do the same and read. The collector's own share is in it.
        await Task.WhenAll(Enumerable.Range(0, Deaf).Select(_ => SendAndReadAsync(server, commands)));
        var before = server.MemoryKiB("VmHWM");
        var deaf = new List<LineClient>();
        for (var i = 0; i < Deaf; i++) deaf.Add(await ConnectWhenFreeAsync(server, receiveBuffer: 4096));
        await Task.WhenAll(deaf.Select(client => SendWithoutReadingAsync(client, commands)));

        // There is room for no others: they get in when these are wholly gone, though not one reply was read.
        var others = new List<LineClient>();
        for (var i = 0; i < Deaf; i++) others.Add(await ConnectWhenFreeAsync(server));
        var growth = server.MemoryKiB("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{Deaf} clients, {Commands} times {command} each: {growth} KiB more than {before} KiB with clients that read");
        Assert.True(growth < MaxGrowth, $"clients that do not read cost {growth} KiB");
        foreach (var client in deaf.Concat(others)) client.Dispose();
    }

    [Fact]
    public async Task AReaderThatStopsReadingALargeMessageCostsLittleAndRemovesNothing()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(Data);
        using var smtp = await MailDialogue.GreetAsync(server);
        var lines = string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", 300_000));
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, MailDialogue.Message("thirty megabytes", lines), "alice@example.org"), StringComparison.Ordinal);
        Assert.Single(await MailDialogue.ReadAllAsync(server));
        var before = server.MemoryKiB("VmHWM");
        for (var i = 0; i < 20; i++)
        {
            // Each takes its turn with the maildrop: it asks for everything again and again, marks it, reads a line, and is gone.
            var pop3 = await LogInWhenFreeAsync(server);
            await pop3.SendAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("RETR 1\r\n", 1000)) + "DELE 1\r\n"));
            await pop3.ReadLineAsync();
            pop3.Reset();
        }

        var growth = server.MemoryKiB("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"{growth} KiB more than the {before} KiB of one that reads");
        Assert.InRange(growth, 0, 2 * MaxGrowth);
        using var last = await LogInWhenFreeAsync(server);
        Assert.StartsWith("+OK 1 ", await last.AskAsync("STAT"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOctetNowAndThenInACommandDoesNotHoldTheSession()
    {
        await using var server = await RunningServer.StartAsync(Data, "--set", "Smtp:Timeouts:Command=00:00:02", "--set", "Pop3:Timeouts:Login=00:00:02");
        using var smtp = await MailDialogue.GreetAsync(server);
        using var pop3 = await LineClient.ConnectAsync(server.Pop3);
        var replies = await Task.WhenAll(TrickleAsync(smtp), TrickleAsync(pop3));
        Assert.StartsWith("421 4.4.2 ", replies[0], StringComparison.Ordinal);
        Assert.StartsWith("-ERR No login in time", replies[1], StringComparison.Ordinal);
        Assert.Null(await smtp.ReadLineAsync());
        Assert.Null(await pop3.ReadLineAsync());
    }

    [Fact]
    public async Task AnOctetNowAndThenInAMessageDoesNotHoldTheSessionAndLeavesNothing()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(Data, "--set", "Smtp:Timeouts:Data=00:00:02", "--set", "Smtp:MinDataRate=500");
        using var smtp = await BeginAsync(server);
        await smtp.SendAsync(MailDialogue.Message("slow"));
        Assert.StartsWith("421 4.4.2 ", await TrickleAsync(smtp), StringComparison.Ordinal);
        await AssertNothingLeftAsync(server);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AConnectionCutInTheMiddleOfAMessageLeavesNothing(bool abruptly)
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(Data);
        foreach (var octets in new[] { 1_000, 5_000_000 })
        {
            var text = MailDialogue.Stuff(MailDialogue.Message("cut", string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", octets / 100))));
            foreach (var length in new[] { 0, text.Length / 2, text.Length - 3, text.Length - 1 })
            {
                var smtp = await BeginAsync(server);
                await smtp.SendAsync(text.AsMemory(0, length));
                if (abruptly) smtp.Reset();
                else smtp.Dispose();
            }
        }

        await Patience.UntilAsync("all eight sessions are over", () => Task.FromResult(server.Log.Split("lost-in-transaction").Length == 9));
        await AssertNothingLeftAsync(server);
    }

    [Theory]
    [InlineData("Connections:MaxPerAddress=3", "421 4.7.0 Too many connections from your address", "-ERR [SYS/TEMP] Too many connections from your address")]
    [InlineData("Connections:Max=3", "421 4.3.2 Too many connections", "-ERR [SYS/TEMP] Too many connections")]
    public async Task OneConnectionTooManyIsToldSoAndTheOthersAreServed(string limit, string smtpRefusal, string pop3Refusal)
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(Data, "--set", limit);
        using var first = await MailDialogue.GreetAsync(server);
        using var second = await MailDialogue.GreetAsync(server);
        var third = await MailDialogue.LogInAsync(server);
        for (var i = 0; i < 5; i++)
        {
            using var smtp = await LineClient.ConnectAsync(server.Smtp);
            Assert.StartsWith(smtpRefusal, smtp.Greeting, StringComparison.Ordinal);
            Assert.Null(await smtp.ReadLineAsync());
            using var pop3 = await LineClient.ConnectAsync(server.Pop3);
            Assert.StartsWith(pop3Refusal, pop3.Greeting, StringComparison.Ordinal);
            Assert.Null(await pop3.ReadLineAsync());
        }

        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(first, MailDialogue.Message("x"), "alice@example.org"), StringComparison.Ordinal);
        third.Dispose();
        using var fourth = await ConnectWhenFreeAsync(server);
        Assert.StartsWith("250", await fourth.AskAsync("EHLO client.example.com"), StringComparison.Ordinal);
    }

    private static async Task SendAndReadAsync(RunningServer server, byte[] commands)
    {
        using var client = await ConnectWhenFreeAsync(server);
        var reading = ReadToTheEndAsync(client);
        await SendWithoutReadingAsync(client, [.. commands, .. "QUIT\r\n"u8]);
        await reading.WaitAsync(Bound);
    }

    private static async Task ReadToTheEndAsync(LineClient client)
    {
        try
        {
            while (await client.ReadLineAsync() is not null)
            {
            }
        }
        catch (SocketException)
        {
            // Closed with commands left unread.
        }
    }

    private static async Task SendWithoutReadingAsync(LineClient client, byte[] commands)
    {
        try
        {
            await client.SendAsync("EHLO client.example.com\r\nMAIL FROM:<sender@example.com>\r\n"u8.ToArray());
            await client.SendAsync(commands).WaitAsync(Bound);
        }
        catch (SocketException)
        {
            // Cut in the middle of it, as it should be.
        }
    }

    private static async Task<LineClient> BeginAsync(RunningServer server)
    {
        var smtp = await MailDialogue.GreetAsync(server);
        await smtp.AskAsync("MAIL FROM:<sender@example.com>");
        await smtp.AskAsync("RCPT TO:<alice@example.org>");
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        return smtp;
    }

    // Sends one octet five times a second until the server has had enough; returns what it says.
    private static async Task<string> TrickleAsync(LineClient client)
    {
        var began = TimeProvider.System.GetTimestamp();
        var reply = client.ReadReplyAsync();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!reply.IsCompleted && TimeProvider.System.GetElapsedTime(began) < Bound)
        {
            await timer.WaitForNextTickAsync();
            try
            {
                await client.SendAsync("N"u8.ToArray());
            }
            catch (SocketException)
            {
                break; // the answer was there before
            }
        }

        Assert.True(reply.IsCompleted, "a client that trickles is still served");
        return await reply;
    }

    private static async Task<LineClient> ConnectWhenFreeAsync(RunningServer server, int? receiveBuffer = null)
    {
        LineClient? connected = null;
        await Patience.UntilAsync("there is room for a connection", async () =>
        {
            connected = await LineClient.ConnectAsync(server.Smtp, receiveBuffer);
            if (connected.Greeting.StartsWith("220", StringComparison.Ordinal)) return true;
            Assert.StartsWith("421 4.", connected.Greeting, StringComparison.Ordinal);
            connected.Dispose();
            return false;
        });
        return connected!;
    }

    private static async Task<LineClient> LogInWhenFreeAsync(RunningServer server)
    {
        LineClient? opened = null;
        await Patience.UntilAsync("the maildrop is free", async () =>
        {
            opened = await LineClient.ConnectAsync(server.Pop3, receiveBuffer: 4096);
            await opened.AskAsync("USER alice");
            var reply = await opened.AskAsync("PASS secret");
            if (reply.StartsWith("+OK", StringComparison.Ordinal)) return true;
            Assert.StartsWith("-ERR [IN-USE]", reply, StringComparison.Ordinal);
            opened.Dispose();
            return false;
        });
        return opened!;
    }

    private async Task AssertNothingLeftAsync(RunningServer server)
    {
        Assert.Empty(await MailDialogue.ReadAllAsync(server));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Data, "spool")));
        await Patience.UntilAsync("every spool file is closed", () => Task.FromResult(!OpenFiles(server).Any(file => file.Contains(".spool", StringComparison.Ordinal))));
        Assert.Equal(0, await server.StopAsync());
        var check = await Command.MerpatiAsync(Data, null, "check", "--set", "Listeners:smtp:Endpoint=off", "--set", "Listeners:pop3:Endpoint=off");
        Assert.Contains("sound;", check.Fine(), StringComparison.Ordinal);
    }

    private static List<string> OpenFiles(RunningServer server) =>
        [.. Directory.EnumerateFiles($"/proc/{server.Id}/fd").Select(link => new FileInfo(link).LinkTarget ?? "")];
}
