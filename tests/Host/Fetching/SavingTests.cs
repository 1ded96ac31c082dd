using System.Text;
using System.Text.Json;

namespace Merpati.Host.Tests.Fetching;

/// <summary>Mail is saved for other programs: octet for octet, whole messages only, and never at the cost of what was there before.</summary>
public sealed class SavingTests : IDisposable
{
    private static readonly byte[][] Odd =
    [
        Encoding.ASCII.GetBytes("Return-Path: <bounce@example.com>\r\nReceived: from a by b; Sun, 22 Nov 2026 10:00:00 +0100\r\nSubject: from\r\n\r\nFrom here\r\n>From there\r\n>>From\r\nFrom\r\n From x\r\nFrom \r\n"),
        Encoding.ASCII.GetBytes("Subject: dots\r\n\r\n.\r\n..\r\n...dots\r\n"),
        [.. "Return-Path: <>\r\nSubject: bits\r\n\r\n"u8, .. Enumerable.Range(128, 128).Select(octet => (byte)octet), .. "\r\n"u8],
        Encoding.UTF8.GetBytes("Subject: gr\u00fc\u00dfe\r\nDate: Mon, 2 Mar 2026 01:02:03 -0500\r\n\r\nno end\r\n"),
        "Subject: empty\r\n\r\n"u8.ToArray(),
        "Subject: ends in empty lines\r\n\r\nx\r\n\r\n\r\n"u8.ToArray(),
        [.. "Subject: big\r\n\r\n"u8, .. Enumerable.Range(0, 20_000).SelectMany(i => Encoding.ASCII.GetBytes($"From line {i}\r\n"))],
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EveryFormatGivesBackEveryOctet()
    {
        await using var maildrop = new ScriptedMaildrop(Odd);
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["all.mbox"])).Fine();
        AssertSame(Odd, Mbox.Read(_folder["all.mbox"]));
        var froms = File.ReadAllText(_folder["all.mbox"], Encoding.Latin1).Split('\n').Where(line => line.StartsWith("From ", StringComparison.Ordinal)).ToList();
        Assert.Equal("From bounce@example.com Sun Nov 22 09:00:00 2026", froms[0]);
        Assert.StartsWith("From MAILER-DAEMON ", froms[2], StringComparison.Ordinal);
        Assert.Equal("From MAILER-DAEMON Mon Mar  2 06:02:03 2026", froms[3]);

        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box"], "--format", "maildir")).Fine();
        AssertSame(Odd, ReadMaildir(_folder["box"]));
        Assert.Equal(["cur", "new", "tmp"], Directory.GetDirectories(_folder["box"]).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFiles(_folder["box/tmp"]));

        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["files"] + "/")).Fine();
        AssertSame(Odd, [.. Directory.GetFiles(_folder["files"]).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["all.mbox"]));
    }

    [Fact]
    public async Task WhatIsThereStaysAndMoreIsAdded()
    {
        await using var maildrop = new ScriptedMaildrop(Odd);
        foreach (var (name, before) in new[] { ("a.mbox", "From x Sun Nov 22 09:00:00 2026\nSubject: old\n\nold\n\n"), ("b", "From x Sun Nov 22 09:00:00 2026\nSubject: old\n\nold\n"), ("c.mbox", "From x Sun Nov 22 09:00:00 2026\nSubject: old\n\nold") })
        {
            await File.WriteAllTextAsync(_folder[name], before);
            Assert.Contains("saved 2 messages", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[name], "--messages", "1-2")).Fine(), StringComparison.Ordinal);
            Assert.StartsWith(before, await File.ReadAllTextAsync(_folder[name]), StringComparison.Ordinal);
            AssertSame(["Subject: old\r\n\r\nold\r\n"u8.ToArray(), Odd[0], Odd[1]], Mbox.Read(_folder[name]));
        }

        foreach (var _ in Enumerable.Range(0, 2)) (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["files"], "--format", "eml", "--messages", "2,1")).Fine();
        Assert.Equal(["00001.eml", "00002.eml", "00003.eml", "00004.eml"], Directory.GetFiles(_folder["files"]).Select(Path.GetFileName).Order());
        AssertSame([Odd[1], Odd[0], Odd[1], Odd[0]], [.. Directory.GetFiles(_folder["files"]).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);

        await File.WriteAllTextAsync(_folder["text.mbox"], "no mbox at all\n");
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["text.mbox"])).Fails("is no mbox");
        Assert.Equal("no mbox at all\n", await File.ReadAllTextAsync(_folder["text.mbox"]));
        AssertNothingLeftOver();
    }

    [Fact]
    public async Task OnlyWhatIsNewComesWhenThatIsAskedFor()
    {
        foreach (var target in new[] { "box.mbox", "Maildir/", "files/" })
        {
            await using (var maildrop = new ScriptedMaildrop(Odd[..2]))
            {
                Assert.StartsWith("saved 2 messages", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--new")).Fine(), StringComparison.Ordinal);
                Assert.StartsWith("nothing new; 2 had been saved before", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--new")).Fine(), StringComparison.Ordinal);
                using var result = JsonDocument.Parse((await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--new", "--delete", "--json")).Fine());
                Assert.Equal((0, 2, 2), (result.RootElement.GetProperty("saved").GetInt32(), result.RootElement.GetProperty("known").GetInt32(), result.RootElement.GetProperty("removed").GetInt32()));
                Assert.Equal(["DELE 1", "DELE 2"], maildrop.Heard.Where(line => line.StartsWith("DELE", StringComparison.Ordinal)));

                // What was removed may come back as another message (RFC 1939 §7).
                Assert.StartsWith("saved 2 messages", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--new")).Fine(), StringComparison.Ordinal);
            }
        }

        Assert.Equal(4, Mbox.Read(_folder["box.mbox"]).Count);
        Assert.Equal(4, ReadMaildir(_folder["Maildir"]).Count);
    }

    [Fact]
    public async Task WhatIsSavedIsRemovedThereAndNothingElse()
    {
        await using var maildrop = new ScriptedMaildrop(Odd) { Instead = line => line == "RETR 2" ? MaildropAnswer.Of("-ERR [SYS/TEMP] not now\r\n") : null };
        var result = await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--messages", "1-3", "--delete");
        result.Fails("message 2 is not handed out: -ERR [SYS/TEMP] not now");
        Assert.Contains("saved 2 messages", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("; 2 removed there\n", result.Output, StringComparison.Ordinal);
        Assert.Equal(["DELE 1", "DELE 3", "QUIT"], maildrop.Heard.TakeLast(3));
        AssertSame([Odd[0], Odd[2]], Mbox.Read(_folder["box.mbox"]));
    }

    [Fact]
    public async Task AnMboxThatSomebodyIsWritingToIsLeftAlone()
    {
        await using var maildrop = new ScriptedMaildrop(Odd[..1]);
        await File.WriteAllTextAsync(_folder["box.mbox.lock"], $"{Environment.ProcessId}\n");
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"])).Fails($"process {Environment.ProcessId} is writing to {_folder["box.mbox"]}; if none is, remove {_folder["box.mbox.lock"]}; nothing was saved");
        Assert.False(File.Exists(_folder["box.mbox"]));
        File.Delete(_folder["box.mbox.lock"]);
        using (new FileStream(_folder["box.mbox"], FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"])).Fails("another program is writing to");
        }

        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"])).Fine();
        AssertSame(Odd[..1], Mbox.Read(_folder["box.mbox"]));
    }

    [Fact]
    public async Task WhereNothingCanBeWrittenNothingIsFetchedOrRemoved()
    {
        await using var maildrop = new ScriptedMaildrop(Odd[..1]);
        await File.WriteAllTextAsync(_folder["file"], "");
        foreach (var target in new[] { "file/box.mbox", "missing/box.mbox", "file/box/", "file/Maildir" })
        {
            (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--delete")).Fails("; nothing was saved; nothing was removed there");
        }

        Directory.CreateDirectory(_folder["folder.mbox"]);
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["folder.mbox"], "--format", "mbox")).Fails("is a folder, no mbox");
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["file"], "--format", "maildir")).Fails("is a file, no Maildir");
        Assert.DoesNotContain(maildrop.Heard, line => line.StartsWith("RETR", StringComparison.Ordinal) || line.StartsWith("DELE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AMailboxHereIsExportedIntoTheSameFormats()
    {
        await RunningServer.PrepareAsync(_folder["data"], "alice");
        List<byte[]> sent;
        await using (var server = await RunningServer.StartAsync(_folder["data"]))
        {
            using var smtp = await MailDialogue.GreetAsync(server);
            foreach (var message in Odd[..2]) Assert.StartsWith("250", await MailDialogue.SendAsync(smtp, message, "alice@example.org"), StringComparison.Ordinal);
            sent = await MailDialogue.ReadAllAsync(server);
        }

        Assert.Contains("exported 2 messages", (await Command.MerpatiAsync(_folder["data"], null, "mailbox", "export", "alice@example.org", "--to", _folder["all.mbox"])).Fine(), StringComparison.Ordinal);
        AssertSame(sent, Mbox.Read(_folder["all.mbox"]));
        (await Command.MerpatiAsync(_folder["data"], null, "mailbox", "export", "alice@example.org", "--to", _folder["box"], "--format", "maildir")).Fine();
        AssertSame(sent, ReadMaildir(_folder["box"]));
        (await Command.MerpatiAsync(_folder["data"], null, "mailbox", "export", "alice@example.org", "--to", _folder["out"])).Fine();
        AssertSame(sent, [.. Directory.GetFiles(_folder["out"]).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);
    }

    // Its files are named by time; of one millisecond the counter tells, and lines end in LF.
    private static List<byte[]> ReadMaildir(string path) =>
    [
        .. Directory.GetFiles(Path.Combine(path, "new")).OrderBy(file => Path.GetFileName(file).Split('.')[0], StringComparer.Ordinal).ThenBy(Order)
            .Select(file => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(File.ReadAllBytes(file)).Replace("\n", "\r\n", StringComparison.Ordinal))),
    ];

    private static int Order(string file)
    {
        var unique = Path.GetFileName(file).Split('.')[1];
        var from = unique.IndexOf('Q', StringComparison.Ordinal) + 1;
        return int.Parse(unique[from..unique.IndexOf('R', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void AssertSame(IReadOnlyList<byte[]> expected, List<byte[]> found)
    {
        Assert.Equal(expected.Count, found.Count);
        for (var i = 0; i < expected.Count; i++) Assert.True(expected[i].AsSpan().SequenceEqual(found[i]), $"message {i + 1} is not the same:\n{Encoding.Latin1.GetString(found[i][..Math.Min(500, found[i].Length)])}");
    }

    private void AssertNothingLeftOver() =>
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories), file => file.EndsWith(".part", StringComparison.Ordinal) || file.EndsWith(".lock", StringComparison.Ordinal));
}
