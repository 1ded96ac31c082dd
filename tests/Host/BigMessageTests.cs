using System.Globalization;
using System.Security.Cryptography;

namespace Merpati.Host.Tests;

/// <summary>Large messages: whole, in little memory, and in nobody's way.</summary>
public sealed class BigMessageTests : IDisposable
{
    private const int Limit = 52_428_800; // octets: the default of Mail:MaxMessageBytes
    private const long MaxGrowth = 40 * 1024; // KiB
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(15); // generous: two cores carry the whole suite

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheLargestMessageGoesInAndOutWholeInLittleMemory()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var smtp = await MailDialogue.GreetAsync(server);
        for (var i = 0; i < 5; i++) Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, Message(300_000), "alice@example.org"), StringComparison.Ordinal);
        Assert.Equal(5, (await MailDialogue.ReadAllAsync(server)).Count);
        var message = Message(Limit);
        var before = server.MemoryKiB("VmRSS");

        Assert.StartsWith("250", await smtp.AskAsync($"MAIL FROM:<sender@example.com> SIZE={Limit}"), StringComparison.Ordinal);
        await smtp.AskAsync("RCPT TO:<alice@example.org>");
        await smtp.AskAsync("DATA");
        await smtp.SendAsync(MailDialogue.Stuff(message));
        Assert.StartsWith("250 2.0.0", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
        var afterWriting = server.MemoryKiB("VmHWM");

        using var pop3 = await MailDialogue.LogInAsync(server);
        Assert.StartsWith("+OK", await pop3.AskAsync("RETR 6"), StringComparison.Ordinal);
        var read = await pop3.ReadTextAsync();
        Assert.Equal(SHA256.HashData(message), SHA256.HashData(MailDialogue.WithoutTrace(read!)));
        Assert.Equal($"+OK 6 {read!.Length}", await pop3.AskAsync("LIST 6"));

        var growth = server.MemoryKiB("VmHWM") - before;
        TestContext.Current.TestOutputHelper?.WriteLine($"VmRSS before {before} KiB; VmHWM grew by {afterWriting - before} KiB writing and {growth} KiB in all");
        Assert.True(growth < MaxGrowth, $"50 MB cost {growth} KiB");
    }

    [Fact]
    public async Task OneOctetOverTheLimitIsRefusedWithAndWithoutADeclaredSize()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var smtp = await MailDialogue.GreetAsync(server);
        Assert.StartsWith("552 5.3.4 ", await smtp.AskAsync($"MAIL FROM:<sender@example.com> SIZE={Limit + 1}"), StringComparison.Ordinal);
        Assert.StartsWith("552 5.3.4 ", await smtp.AskAsync("MAIL FROM:<sender@example.com> SIZE=99999999999999999999"), StringComparison.Ordinal);
        Assert.StartsWith("552 5.3.4 ", await MailDialogue.SendAsync(smtp, Message(Limit + 1), "alice@example.org"), StringComparison.Ordinal);

        Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, Message(1000), "alice@example.org"), StringComparison.Ordinal);
        Assert.Equal(1000, MailDialogue.WithoutTrace(Assert.Single(await MailDialogue.ReadAllAsync(server))).Length);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder["data"], "spool")));
    }

    [Fact]
    public async Task ALargeMessageDoesNotHoldUpSmallOnes()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice", "bob");
        await using var server = await RunningServer.StartAsync(_folder["data"]);
        using var large = await MailDialogue.GreetAsync(server);
        using var small = await MailDialogue.GreetAsync(server);
        var note = MailDialogue.Message("small");
        for (var i = 0; i < 20; i++) await MailDialogue.SendAsync(small, note, "bob@example.org");

        var message = Message(Limit);
        var sending = MailDialogue.SendAsync(large, message, "alice@example.org");
        var longest = TimeSpan.Zero;
        var count = 20;
        while (!sending.IsCompleted)
        {
            var began = TimeProvider.System.GetTimestamp();
            Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(small, note, "bob@example.org"), StringComparison.Ordinal);
            var took = TimeProvider.System.GetElapsedTime(began);
            if (took > longest) longest = took;
            count++;
        }

        Assert.StartsWith("250 2.0.0", await sending, StringComparison.Ordinal);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{count - 20} small messages beside the large one, the slowest took {longest.TotalMilliseconds:0} ms"));
        Assert.True(longest < LongestStall, $"a small message waited {longest}");
        Assert.Equal(count, (await MailDialogue.ReadAllAsync(server, "bob")).Count);
    }

    // Lines of 76 octets that no compression and no guess could bring back.
    private static byte[] Message(int length)
    {
        var head = MailDialogue.Message("large", "");
        var message = new byte[length];
        RandomNumberGenerator.Fill(message);
        for (var i = head.Length; i < length; i++)
        {
            var column = (i - head.Length) % 78;
            message[i] = column switch { 76 => (byte)'\r', 77 => (byte)'\n', _ => (byte)(' ' + 1 + message[i] % 94) };
        }

        head.CopyTo(message, 0);
        message[^2] = (byte)'\r';
        message[^1] = (byte)'\n';
        if (message[^3] == (byte)'\r') message[^3] = (byte)'x';
        if (message[^3] == (byte)'\n') message[^4] = message[^3] = (byte)'x';
        return message;
    }
}
