using System.Globalization;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>A maildrop of some thousands of messages belongs to one session at a time, and only QUIT removes anything.</summary>
public sealed class LargeMaildropTests : IDisposable
{
    private const int Messages = 3000;
    private const int Senders = 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OneSessionHasTheMaildropAndADroppedOneGivesItBackWhole()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice", "bob");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => FillAsync(server, sender)));
        string uidls;
        using (var pop3 = await MailDialogue.LogInAsync(server))
        {
            Assert.StartsWith($"+OK {Messages} ", await pop3.AskAsync("STAT"), StringComparison.Ordinal);
            uidls = await ListAsync(pop3, "UIDL");
            Assert.Equal(Messages, Lines(uidls).Length);
            Assert.Equal(Messages, Lines(await ListAsync(pop3, "LIST")).Length);

            // A second session, and the maildrop of somebody else, while the first has it.
            using var second = await LineClient.ConnectAsync(server.Pop3);
            await second.AskAsync("USER alice");
            Assert.StartsWith("-ERR [IN-USE] ", await second.AskAsync("PASS secret"), StringComparison.Ordinal);
            using var other = await MailDialogue.LogInAsync(server, "bob");

            await DeleteAsync(pop3, 1, Messages);
            Assert.StartsWith("+OK 0 0", await pop3.AskAsync("STAT"), StringComparison.Ordinal);
            pop3.Reset(); // without QUIT
        }

        using (var pop3 = await LogInWhenFreeAsync(server))
        {
            Assert.Equal(uidls, await ListAsync(pop3, "UIDL"));
            await DeleteAsync(pop3, 1, Messages - 1);
            pop3.Dispose(); // an orderly end of the connection is no QUIT either
        }

        using (var pop3 = await LogInWhenFreeAsync(server))
        {
            Assert.Equal(uidls, await ListAsync(pop3, "UIDL"));
            await DeleteAsync(pop3, 1, Messages / 2);
            Assert.StartsWith("+OK", await pop3.AskAsync("QUIT"), StringComparison.Ordinal);
        }

        // At once after the +OK to QUIT: no wait, and exactly the marked ones are gone.
        using (var pop3 = await MailDialogue.LogInAsync(server))
        {
            var left = Lines(await ListAsync(pop3, "UIDL")).Select(line => line.Split(' ')[1]);
            Assert.Equal(Lines(uidls).Skip(Messages / 2).Select(line => line.Split(' ')[1]), left);
        }
    }

    private static async Task FillAsync(RunningServer server, int sender)
    {
        using var smtp = await MailDialogue.GreetAsync(server);
        for (var number = sender; number < Messages; number += Senders)
        {
            var message = MailDialogue.Message(string.Create(CultureInfo.InvariantCulture, $"number {number}"));
            Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, message, "alice@example.org"), StringComparison.Ordinal);
        }
    }

    private static async Task DeleteAsync(LineClient pop3, int first, int last)
    {
        var commands = Enumerable.Range(first, last - first + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"DELE {number}\r\n"));
        await pop3.SendAsync(Encoding.ASCII.GetBytes(string.Concat(commands)));
        for (var number = first; number <= last; number++) Assert.StartsWith("+OK", await pop3.ReadReplyAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> ListAsync(LineClient pop3, string command)
    {
        Assert.StartsWith("+OK", await pop3.AskAsync(command), StringComparison.Ordinal);
        return Encoding.ASCII.GetString((await pop3.ReadTextAsync())!);
    }

    private static string[] Lines(string text) => text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

    private static async Task<LineClient> LogInWhenFreeAsync(RunningServer server)
    {
        LineClient? opened = null;
        await Patience.UntilAsync("the maildrop is free again", async () =>
        {
            opened = await LineClient.ConnectAsync(server.Pop3);
            await opened.AskAsync("USER alice");
            var reply = await opened.AskAsync("PASS secret");
            if (reply.StartsWith("+OK", StringComparison.Ordinal)) return true;
            Assert.StartsWith("-ERR [IN-USE]", reply, StringComparison.Ordinal);
            opened.Dispose();
            return false;
        });
        return opened!;
    }
}
