using System.Text;
using System.Text.Json;

namespace Merpati.Host.Tests;

/// <summary>Starting, stopping and refusing to start.</summary>
public sealed class ServingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ASecondServerOnTheSameDirectoryIsRefused()
    {
        await using var server = await RunningServer.StartAsync(Data);
        var second = await Command.MerpatiAsync(Data, null, "serve", "--set", "Listeners:smtp:Endpoint=127.0.0.1:0", "--set", "Listeners:pop3:Endpoint=127.0.0.1:0");
        Assert.Equal(1, second.Status);
        Assert.Contains($"{server.Id}", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAddressThatIsTakenIsRefusedWithTheKeyToChange()
    {
        await using var server = await RunningServer.StartAsync(Data);
        var second = await Command.MerpatiAsync(_folder["other"], null, "serve", "--set", $"Listeners:smtp:Endpoint={server.Smtp}");
        Assert.Equal(1, second.Status);
        Assert.Contains("Listeners:smtp:Endpoint", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopsWithStatusZeroAndLetsAMessageInProgressEnd()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(Data);
        using var idle = await MailDialogue.GreetAsync(server);
        using var busy = await MailDialogue.GreetAsync(server);
        await busy.AskAsync("MAIL FROM:<s@example.com>");
        await busy.AskAsync("RCPT TO:<alice@example.org>");
        Assert.StartsWith("354", await busy.AskAsync("DATA"), StringComparison.Ordinal);

        var stopping = server.StopAsync();
        Assert.StartsWith("421 4.3.2", await idle.ReadReplyAsync(), StringComparison.Ordinal);
        await busy.SendAsync(MailDialogue.Stuff(MailDialogue.Message("in time")));
        Assert.StartsWith("250 2.0.0", await busy.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("421 4.3.2", await busy.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await stopping);

        await using var again = await RunningServer.StartAsync(Data);
        Assert.Single(await MailDialogue.ReadAllAsync(again));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("empty")]
    [InlineData("truncated")]
    [InlineData("missing")]
    public async Task ADamagedDatabaseIsRefusedAndNeverReplaced(string damage)
    {
        await RunningServer.PrepareAsync(Data, "alice");
        var database = Path.Combine(Data, "merpati.db");
        var whole = await File.ReadAllBytesAsync(database);
        var damaged = damage switch
        {
            "garbage" => Encoding.ASCII.GetBytes(new string('x', 100_000)),
            "truncated" => whole[..(whole.Length / 2)],
            _ => [],
        };
        foreach (var sidecar in Directory.EnumerateFiles(Data, "merpati.db-*")) File.Delete(sidecar);
        if (damage == "missing") File.Delete(database);
        else await File.WriteAllBytesAsync(database, damaged);

        foreach (var verb in new[] { "serve", "domain list" })
        {
            var result = await Command.MerpatiAsync(Data, null, verb.Split(' '));
            Assert.True(result.Status == 1, $"{verb}: {result}");
            Assert.Contains("merpati.db", result.Error, StringComparison.Ordinal);
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        }

        if (damage == "missing") Assert.False(File.Exists(database));
        else Assert.Equal(damaged, await File.ReadAllBytesAsync(database));
    }

    [Fact]
    public async Task LogsOneLineForEachMessageAndSessionForPeopleAndForMachines()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        foreach (var format in new[] { "plain", "json" })
        {
            await using var server = await RunningServer.StartAsync(Data, "--log-format", format);
            using (var smtp = await MailDialogue.GreetAsync(server))
            {
                var reply = await MailDialogue.SendAsync(smtp, MailDialogue.Message("x"), "alice@example.org");
                var id = reply.Split(' ')[^1];
                await smtp.AskAsync("QUIT");
                Assert.Null(await smtp.ReadLineAsync());
                Assert.Equal(0, await server.StopAsync());
                var lines = server.Log.TrimEnd().Split('\n');
                Assert.Single(lines, line => line.Contains(id, StringComparison.Ordinal));
                if (format != "json") continue;
                foreach (var line in lines)
                {
                    using var entry = JsonDocument.Parse(line);
                    Assert.True(entry.RootElement.TryGetProperty("EventId", out _));
                }
            }
        }
    }

    [Fact]
    public async Task NothingThatAClientSaysCanBreakALogLine()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        await using var server = await RunningServer.StartAsync(Data, "--set", "Log:Level=debug");
        using (var pop3 = await LineClient.ConnectAsync(server.Pop3))
        {
            await pop3.AskAsync("USER x\u001b[31m{Name}\u0085fake");
            await pop3.AskAsync("PASS y");
        }

        using (var smtp = await LineClient.ConnectAsync(server.Smtp))
        {
            await smtp.AskAsync("EHLO x\u001b[2J");
            await smtp.AskAsync("HELO {0}%s");
            await smtp.AskAsync("QUIT");
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain('\u001b', server.Log);
        Assert.All(server.Log.TrimEnd().Split('\n'), line => Assert.Matches("^20[0-9-]+T[0-9:.]+Z [a-z]", line));
    }
}
