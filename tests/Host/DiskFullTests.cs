using System.Globalization;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>A full disk: mail is put off, reading and removing go on, and nothing is half delivered.</summary>
public sealed class DiskFullTests
{
    private const int Disk = 64; // MiB
    private const long Reserve = 8 * 1024 * 1024; // octets
    private const string NoRoom = "452 4.3.1 ";

    [Fact]
    public async Task MailIsPutOffWhileReadingAndRemovingGoOnAndTakenAgainWhenThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(Disk);
        await RunningServer.PrepareAsync(disk.Data, "alice");
        await using var server = await RunningServer.StartAsync(disk.Data, "--set", $"Storage:ReserveBytes={Reserve}");
        using var smtp = await MailDialogue.GreetAsync(server);
        for (var i = 0; i < 4; i++) Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, Numbered(i, 500_000), "alice@example.org"), StringComparison.Ordinal);

        disk.FillUpTo(Reserve / 2);
        await Patience.UntilAsync("mail is put off", async () =>
        {
            var reply = await smtp.AskAsync("MAIL FROM:<sender@example.com>");
            Assert.StartsWith(reply[0] == '2' ? "250 " : NoRoom, reply, StringComparison.Ordinal);
            if (reply[0] == '2') await smtp.AskAsync("RSET");
            return reply[0] == '4';
        });

        // The reserve is for this: what is removed now is removed for good.
        Assert.Equal(4, (await MailDialogue.ReadAllAsync(server)).Count);
        using (var pop3 = await MailDialogue.LogInAsync(server))
        {
            Assert.StartsWith("+OK", await pop3.AskAsync("DELE 1"), StringComparison.Ordinal);
            Assert.StartsWith("+OK", await pop3.AskAsync("QUIT"), StringComparison.Ordinal);
        }

        AssertNumbers(await MailDialogue.ReadAllAsync(server), 1, 2, 3);
        Assert.StartsWith(NoRoom, await smtp.AskAsync("MAIL FROM:<sender@example.com>"), StringComparison.Ordinal);

        disk.Empty();
        await Patience.UntilAsync("mail is taken again", async () =>
        {
            var reply = await smtp.AskAsync("MAIL FROM:<sender@example.com>");
            await smtp.AskAsync("RSET");
            return reply[0] == '2';
        });
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, Numbered(4, 500_000), "alice@example.org"), StringComparison.Ordinal);
        AssertNumbers(await MailDialogue.ReadAllAsync(server), 1, 2, 3, 4);
        await AssertSoundAsync(server, disk);
    }

    [Fact]
    public async Task ADeclaredSizeThatDoesNotFitIsPutOffAtMail()
    {
        await using var disk = await SmallDisk.MountAsync(Disk);
        await RunningServer.PrepareAsync(disk.Data, "alice");
        await using var server = await RunningServer.StartAsync(disk.Data, "--set", $"Storage:ReserveBytes={Reserve}");
        disk.FillUpTo(2 * Reserve);
        using var smtp = await MailDialogue.GreetAsync(server);
        Assert.StartsWith(NoRoom, await smtp.AskAsync($"MAIL FROM:<sender@example.com> SIZE={2 * Reserve}"), StringComparison.Ordinal);
        Assert.StartsWith("250 ", await smtp.AskAsync("MAIL FROM:<sender@example.com> SIZE=1000"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASpoolThatFillsTheDiskInTheMiddleOfAMessageIsAnsweredAtItsEnd()
    {
        await using var disk = await SmallDisk.MountAsync(Disk);
        await RunningServer.PrepareAsync(disk.Data, "alice");
        await using var server = await RunningServer.StartAsync(disk.Data, "--set", "Storage:ReserveBytes=0");
        using var smtp = await MailDialogue.GreetAsync(server);
        disk.FillUpTo(10_000_000);
        Assert.StartsWith(NoRoom, await MailDialogue.SendAsync(smtp, Numbered(0, 30_000_000), "alice@example.org"), StringComparison.Ordinal);
        Assert.Empty(await MailDialogue.ReadAllAsync(server));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(disk.Data, "spool")));

        // The spool gave its room back at once.
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, Numbered(1, 500_000), "alice@example.org"), StringComparison.Ordinal);
        AssertNumbers(await MailDialogue.ReadAllAsync(server), 1);
        disk.Empty();
        await AssertSoundAsync(server, disk);
    }

    [Fact]
    public async Task AStoreThatRunsOutOfRoomInTheMiddleOfACommitPutsTheMessageOffAndLivesOn()
    {
        await using var disk = await SmallDisk.MountAsync(Disk);
        await RunningServer.PrepareAsync(disk.Data, "alice");
        await using var server = await RunningServer.StartAsync(disk.Data, "--set", "Storage:ReserveBytes=0");
        using var smtp = await MailDialogue.GreetAsync(server);
        var accepted = new List<int>();
        var putOff = 0;
        disk.FillUpTo(6_000_000);

        // Messages small enough to stay out of the spool, until the log of the store has taken the last page, and some more.
        for (var number = 0; putOff < 20; number++)
        {
            var reply = await MailDialogue.SendAsync(smtp, Numbered(number, 60_000), "alice@example.org");
            if (reply.StartsWith("250 2.0.0", StringComparison.Ordinal)) accepted.Add(number);
            else Assert.StartsWith(NoRoom, reply, StringComparison.Ordinal);
            if (reply[0] == '4') putOff++;
            if (putOff == 1) disk.FillUpTo(0);
            if (putOff > 0 && (await smtp.AskAsync("MAIL FROM:<sender@example.com>")).StartsWith(NoRoom, StringComparison.Ordinal)) break;
            await smtp.AskAsync("RSET");
        }

        Assert.NotEmpty(accepted);
        AssertNumbers(await MailDialogue.ReadAllAsync(server), [.. accepted]);

        // With no reserve a removal may fail too: then it says so and has removed nothing.
        using (var pop3 = await MailDialogue.LogInAsync(server))
        {
            await pop3.AskAsync("DELE 1");
            if ((await pop3.AskAsync("QUIT")).StartsWith("+OK", StringComparison.Ordinal)) accepted.RemoveAt(0);
        }

        AssertNumbers(await MailDialogue.ReadAllAsync(server), [.. accepted]);
        disk.Empty();
        await Patience.UntilAsync("mail is taken again", async () =>
        {
            var reply = await smtp.AskAsync("MAIL FROM:<sender@example.com>");
            await smtp.AskAsync("RSET");
            return reply[0] == '2';
        });
        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, Numbered(1_000, 60_000), "alice@example.org"), StringComparison.Ordinal);
        AssertNumbers(await MailDialogue.ReadAllAsync(server), [.. accepted, 1_000]);
        await AssertSoundAsync(server, disk);
    }

    private static byte[] Numbered(int number, int octets)
    {
        var lines = string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", octets / 100));
        return MailDialogue.Message(string.Create(CultureInfo.InvariantCulture, $"number {number}"), lines);
    }

    private static void AssertNumbers(List<byte[]> read, params int[] numbers) => Assert.Equal(numbers, read.Select(message =>
    {
        var text = Encoding.ASCII.GetString(MailDialogue.WithoutTrace(message));
        var subject = text.Split("\r\n").First(line => line.StartsWith("Subject: number ", StringComparison.Ordinal));
        var number = int.Parse(subject["Subject: number ".Length..], CultureInfo.InvariantCulture);
        Assert.Equal(Encoding.ASCII.GetString(Numbered(number, text.Length / 1000 * 1000)), text);
        return number;
    }));

    private static async Task AssertSoundAsync(RunningServer server, SmallDisk disk)
    {
        Assert.Equal(0, await server.StopAsync());
        var check = await Command.MerpatiAsync(disk.Data, null, "check", "--set", "Listeners:smtp:Endpoint=off", "--set", "Listeners:pop3:Endpoint=off");
        Assert.Contains("sound;", check.Fine(), StringComparison.Ordinal);
    }
}
