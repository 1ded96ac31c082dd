namespace Merpati.Host.Tests;

/// <summary>What the kernel saw: nothing is acknowledged before the disk has it, and a disk that fails is believed the first time.</summary>
public sealed class DurabilityOrderTests : IDisposable
{
    private const int Size = 100_000; // octets of text: more than any other thing that the store writes meanwhile
    private const int Page = 4096; // octets: the least that a removal writes

    private readonly TemporaryFolder _folder = new();

    private string Trace => _folder["strace"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheLogIsFlushedBetweenTheLastWriteOfAMessageAndItsAcknowledgement()
    {
        var strace = await Strace.NeedAsync();
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using (var server = await RunningServer.StartUnderAsync(strace, Traced(), _folder["data"]))
        {
            using var smtp = await MailDialogue.GreetAsync(server);
            var reply = await MailDialogue.SendAsync(smtp, MailDialogue.Message("traced", Text()), "alice@example.org");
            Assert.StartsWith("250 2.0.0 Ok: queued as", reply, StringComparison.Ordinal);
            using var pop3 = await MailDialogue.LogInAsync(server);
            Assert.StartsWith("+OK", await pop3.AskAsync("DELE 1"), StringComparison.Ordinal);
            Assert.StartsWith("+OK", await pop3.AskAsync("QUIT"), StringComparison.Ordinal);
            Assert.Equal(0, await server.StopAsync());
        }

        var calls = Strace.Read(Trace);
        AssertFlushedBefore(calls, "\"354 ", "\"250 2.0.0 Ok: queued as", Size);
        AssertFlushedBefore(calls, "\"+OK Message 1", "signing off", Page);
    }

    [Fact]
    public async Task AFailedFlushIsNeverAcknowledgedAndEndsTheServer()
    {
        var strace = await Strace.NeedAsync();
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        var accepted = 0;
        var refusal = "";
        await using (var server = await RunningServer.StartUnderAsync(strace, Failing(), _folder["data"]))
        {
            using var waiting = await MailDialogue.GreetAsync(server);
            using var smtp = await MailDialogue.GreetAsync(server);
            for (; refusal.Length == 0 && accepted < 100; accepted++)
            {
                var reply = await MailDialogue.SendAsync(smtp, MailDialogue.Message($"number {accepted}"), "alice@example.org");
                if (!reply.StartsWith("250 2.0.0", StringComparison.Ordinal)) refusal = reply;
            }

            accepted--;
            Assert.StartsWith("451 4.3.0 ", refusal, StringComparison.Ordinal);
            Assert.True(accepted >= 2, $"only {accepted} messages were taken before the disk failed");

            // Whoever is still there is told to come later, in one way or another.
            Assert.DoesNotContain("250 ", await TrySendAsync(waiting), StringComparison.Ordinal);
            Assert.Equal(1, await server.WaitAsync());
            var line = Assert.Single(server.Log.Split('\n'), text => text.StartsWith("merpati: ", StringComparison.Ordinal));
            Assert.Contains("cannot write to its disk", line, StringComparison.Ordinal);
        }

        await using var again = await RunningServer.StartAsync(_folder["data"]);
        var subjects = (await MailDialogue.ReadAllAsync(again)).Select(message => System.Text.Encoding.ASCII.GetString(MailDialogue.WithoutTrace(message))).ToList();

        // The one that was refused may be there: nobody can say what a disk holds after a failed flush. It is there once at most.
        Assert.InRange(subjects.Count, accepted, accepted + 1);
        for (var number = 0; number < subjects.Count; number++) Assert.Contains($"Subject: number {number}\r\n", subjects[number], StringComparison.Ordinal);
        Assert.Equal(0, await again.StopAsync());
        var check = await Command.MerpatiAsync(_folder["data"], null, "check", "--set", "Listeners:smtp:Endpoint=off", "--set", "Listeners:pop3:Endpoint=off");
        Assert.Contains("sound;", check.Fine(), StringComparison.Ordinal);
    }

    private string[] Traced() => Strace.Options(Trace, "-s", "64", "-e", "trace=fsync,fdatasync,pwrite64,write,sendto,sendmsg");

    // The writer's own flushes count; the first two messages at least get through.
    private string[] Failing() => Strace.Options(
        Trace, "-P", Path.Combine(_folder["data"], "merpati.db-wal"), "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=5+");

    private static string Text() => string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", Size / 100));

    private static async Task<string> TrySendAsync(LineClient smtp)
    {
        try
        {
            foreach (var command in new[] { "MAIL FROM:<s@example.com>", "RCPT TO:<alice@example.org>", "DATA" })
            {
                var reply = await smtp.AskAsync(command);
                if (reply[0] is not ('2' or '3')) return reply;
            }

            await smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message("too late")));
            return await smtp.ReadReplyAsync();
        }
        catch (System.Net.Sockets.SocketException gone)
        {
            return gone.Message;
        }
    }

    // Between the two replies the log was written, at least so many octets, and flushed with success before the second began to leave.
    private static void AssertFlushedBefore(List<SystemCall> calls, string begin, string acknowledgement, long octets)
    {
        var from = Assert.Single(calls, call => call.IsSend(begin)).Began;
        var until = Assert.Single(calls, call => call.IsSend(acknowledgement) && call.Began > from).Began;
        var flushes = calls.Where(call => call.IsWalFlush && call.Began > from && call.Ended < until && call.Result == 0).ToList();
        Assert.True(
            flushes.Any(flush => calls.Where(call => call.IsWalWrite && call.Began > from && call.Ended < flush.Began).Sum(call => call.Result) >= octets),
            $"no flush of the log between {octets} octets of writing and \"{acknowledgement}\": "
            + string.Join('\n', calls.Where(call => call.Began >= from && call.Began <= until)));
    }
}
