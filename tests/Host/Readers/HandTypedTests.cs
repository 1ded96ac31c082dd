using System.Text;

namespace Merpati.Host.Tests.Readers;

/// <summary>A session typed by hand, with lines that end as the terminal ends them.</summary>
public sealed class HandTypedTests : IDisposable
{
    private static readonly int[] Sizes = [1447, 2640, 2296, 1100, 3025, 2068]; // of the session that this one follows

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task GoesAsItWentInNineteenNinetySeven()
    {
        await RunningServer.PrepareAsync(_folder["data"], "paul");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        await FillAsync(server);
        using (var earlier = await MailDialogue.LogInAsync(server, "paul"))
        {
            Assert.Equal("+OK 0 is the last read message.", await TypeAsync(earlier, "last"));
            Assert.StartsWith("+OK", await TypeAsync(earlier, "retr 4"), StringComparison.Ordinal);
            Assert.NotNull(await earlier.ReadTextAsync());
            Assert.StartsWith("+OK", await TypeAsync(earlier, "quit"), StringComparison.Ordinal);
        }

        using var pop3 = await LineClient.ConnectAsync(server.Pop3);
        Assert.StartsWith("+OK mx.example.org ", pop3.Greeting, StringComparison.Ordinal);
        Assert.StartsWith("+OK", await TypeAsync(pop3, "user paul"), StringComparison.Ordinal);
        Assert.Equal("+OK paul's maildrop has 6 messages (12576 octets)", await TypeAsync(pop3, "pass secret"));
        Assert.Equal("+OK 6 12576", await TypeAsync(pop3, "stat"));
        await AssertListAsync(pop3);
        Assert.StartsWith("+OK", await TypeAsync(pop3, "noop"), StringComparison.Ordinal);
        Assert.Equal("+OK 4 is the last read message.", await TypeAsync(pop3, "last"));
        Assert.StartsWith("+OK", await TypeAsync(pop3, "retr 4"), StringComparison.Ordinal);
        var read = (await pop3.ReadTextAsync())!;
        Assert.Equal(1100, read.Length);
        Assert.Contains("Subject:  life\r\n", Encoding.ASCII.GetString(read), StringComparison.Ordinal);
        Assert.Equal("+OK 4 is the last read message.", await TypeAsync(pop3, "last"));
        Assert.Equal("+OK Message 4 has been deleted.", await TypeAsync(pop3, "dele 4"));
        Assert.Equal("-ERR Too many arguments for the rset command.", (await TypeAsync(pop3, "rset 4")).Replace("RSET", "rset", StringComparison.Ordinal));
        Assert.StartsWith("+OK 5 11476", await TypeAsync(pop3, "stat"), StringComparison.Ordinal);
        Assert.Equal("+OK Maildrop has 6 messages (12576 octets)", await TypeAsync(pop3, "rset"));
        await AssertListAsync(pop3);
        Assert.StartsWith("+OK", await TypeAsync(pop3, "quit"), StringComparison.Ordinal);
        Assert.Null(await pop3.ReadLineAsync());
        Assert.Equal(6, (await MailDialogue.ReadAllAsync(server, "paul")).Count);
    }

    [Fact]
    public async Task IsTheSameForNetcat()
    {
        var nc = Command.Need("nc");
        await RunningServer.PrepareAsync(_folder["data"], "paul");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        await FillAsync(server);
        var said = (await Command.RunAsync(nc, ["-w", "30", "127.0.0.1", $"{server.Pop3.Port}"], "user paul\npass secret\nstat\nretr 4\ndele 4\nrset 4\nrset\nquit\n")).Fine();
        var lines = said.Split("\r\n");
        Assert.Contains("+OK 6 12576", lines);
        Assert.Contains("Subject:  life", lines);
        Assert.Contains("+OK Message 4 has been deleted.", lines);
        Assert.Contains("+OK Maildrop has 6 messages (12576 octets)", lines);
        Assert.DoesNotContain("\n", said.Replace("\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(6, (await MailDialogue.ReadAllAsync(server, "paul")).Count);
    }

    private static async Task<string> TypeAsync(LineClient pop3, string line)
    {
        await pop3.SendAsync(Encoding.ASCII.GetBytes(line + "\n"));
        return await pop3.ReadReplyAsync();
    }

    private static async Task AssertListAsync(LineClient pop3)
    {
        Assert.Equal("+OK 6 messages (12576 octets)", await TypeAsync(pop3, "list"));
        Assert.Equal(string.Concat(Sizes.Select((size, index) => $"{index + 1} {size}\r\n")), Encoding.ASCII.GetString((await pop3.ReadTextAsync())!));
    }

    // Six messages of the old sizes. What our trace fields take is measured with a first message, and given back.
    private static async Task FillAsync(RunningServer server)
    {
        using var smtp = await MailDialogue.GreetAsync(server);
        var bare = MailDialogue.Message(" life", "\r\n");
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, bare, "paul@example.org"), StringComparison.Ordinal);
        using (var pop3 = await MailDialogue.LogInAsync(server, "paul"))
        {
            var size = int.Parse((await pop3.AskAsync("STAT")).Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
            await pop3.AskAsync("DELE 1");
            Assert.StartsWith("+OK", await pop3.AskAsync("QUIT"), StringComparison.Ordinal);
            foreach (var wanted in Sizes)
            {
                var message = MailDialogue.Message(" life", new string('x', wanted - size) + "\r\n");
                Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, message, "paul@example.org"), StringComparison.Ordinal);
            }
        }
    }
}
