using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Merpati.Host.Tests.Fetching;

/// <summary>However saving ends, whole messages are there and nothing else, and a line says why.</summary>
public sealed class BrokenOffTests : IDisposable
{
    private static readonly byte[] Half = Encoding.ASCII.GetBytes("+OK\r\nSubject: half\r\n\r\n" + string.Concat(Enumerable.Repeat("half a message\r\n", 5_000)));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("box.mbox")]
    [InlineData("Maildir/")]
    [InlineData("files/")]
    public async Task AServerThatBreaksOffInAMessageLeavesTheOnesBefore(string target)
    {
        await using var maildrop = Maildrop(line => line == "RETR 3" ? new MaildropAnswer(Half) { HangsUp = true } : null);
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--delete"))
            .Fails($"127.0.0.1: the server closed the connection before the end of what it sent; 2 of 4 messages saved in {_folder[target.TrimEnd('/')]}; nothing was removed there");
        AssertSaved(target, 2);
        Assert.DoesNotContain(maildrop.Heard, line => line.StartsWith("DELE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("box.mbox")]
    [InlineData("Maildir/")]
    [InlineData("files/")]
    public async Task AKillInAMessageLeavesTheOnesBeforeAndTheNextRunGoesOn(string target)
    {
        await using (var holding = Maildrop(line => line == "RETR 3" ? new MaildropAnswer(Half) { Holds = true } : null))
        {
            using var fetch = FetchCommand.Start(holding.Url, "--save", _folder[target], "--delete");
            await Patience.UntilAsync("two messages are saved and half of one has come", async () => await SavedInAsync(target) == 2 && PartLength() > 0);
            fetch.Kill();
            await fetch.WaitForExitAsync();
        }

        AssertSaved(target, 2);
        await using var maildrop = Maildrop(_ => null);
        Assert.StartsWith("saved 2 messages", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--messages", "3-")).Fine(), StringComparison.Ordinal);
        AssertSaved(target, 4);
        if (target != "Maildir/") Assert.Empty(Directory.GetFiles(_folder.Path, "*.part", SearchOption.AllDirectories)); // maildir(5): what is left in tmp goes by its age
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.lock"));
    }

    [Fact]
    public async Task CtrlCLeavesTheOnesBefore()
    {
        await using var holding = Maildrop(line => line == "RETR 3" ? new MaildropAnswer(Half) { Holds = true } : null);
        using var fetch = FetchCommand.Start(holding.Url, "--save", _folder["box.mbox"], "--new", "--json");
        await Patience.UntilAsync("two messages are saved", async () => await SavedInAsync("box.mbox") == 2 && PartLength() > 0);
        await Command.RunAsync("kill", ["-INT", fetch.Id.ToString(CultureInfo.InvariantCulture)]);
        await fetch.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(1, fetch.ExitCode);
        Assert.Equal($"merpati: stopped; 2 of 4 messages saved in {_folder["box.mbox"]}\n", FetchCommand.WithoutProgress(await fetch.StandardError.ReadToEndAsync()));
        using var result = JsonDocument.Parse(await fetch.StandardOutput.ReadToEndAsync());
        Assert.Equal((2, "stopped"), (result.RootElement.GetProperty("saved").GetInt32(), result.RootElement.GetProperty("failure").GetString()));
        AssertSaved("box.mbox", 2);
        Assert.Equal(2, (await File.ReadAllLinesAsync(_folder["box.mbox.seen"])).Length);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.lock").Concat(Directory.GetFiles(_folder.Path, "*.part")));
    }

    [Fact]
    public async Task WhatAKillCouldLeaveOfAnMboxIsCutOffByTheNext()
    {
        await using var maildrop = Maildrop(_ => null);
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--messages", "1-2")).Fine();
        var whole = await File.ReadAllBytesAsync(_folder["box.mbox"]);
        var dead = await DeadProcessAsync();
        const string FromLine = "From x@example.com Sun Nov 22 09:00:00 2026";
        const string Part = "Subject: half\n\n>From a message\n";
        var full = Encoding.ASCII.GetBytes($"{FromLine}\n{Part}");
        foreach (var left in new[] { 1, 10, FromLine.Length + 1, FromLine.Length + 5, full.Length })
        {
            await File.WriteAllBytesAsync(_folder["box.mbox"], [.. whole, .. full[..left]]);
            await LeaveAsync(dead, whole.Length, FromLine, Part);
            (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--messages", "3")).Fine();
            AssertSaved("box.mbox", 3);
        }

        // What another program has appended since is its own.
        byte[] others = [.. whole, .. "From y Sun Nov 22 09:00:00 2026\nSubject: theirs\n\ntheirs\n\n"u8];
        await File.WriteAllBytesAsync(_folder["box.mbox"], others);
        await LeaveAsync(dead, whole.Length, FromLine, Part + new string('x', 200));
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--messages", "3")).Fine();
        Assert.True((await File.ReadAllBytesAsync(_folder["box.mbox"])).AsSpan().StartsWith(others));
        Assert.Equal(4, Mbox.Read(_folder["box.mbox"]).Count);
    }

    [Theory]
    [InlineData("box.mbox", "box.mbox")]
    [InlineData("files/", "files/00003.eml.part")]
    public async Task AFullDiskLeavesTheOnesBefore(string target, string full)
    {
        var strace = await Strace.NeedAsync();
        await using var maildrop = Maildrop(_ => null);
        Directory.CreateDirectory(_folder["files"]);

        var failing = Strace.Options(_folder["strace"], "-P", _folder[full], "-e", "trace=write,pwrite64,pwritev", "-e", $"inject=write,pwrite64,pwritev:error=ENOSPC:when={(target == "box.mbox" ? "2" : "1")}");
        var result = await FetchCommand.RunUnderAsync(strace, failing, maildrop.Url, "--save", _folder[target], "--delete");
        var saved = target == "box.mbox" ? 1 : 2;
        result.Fails($"; {saved} of 4 messages saved in {_folder[target.TrimEnd('/')]}; nothing was removed there");
        Assert.Contains("No space left on device", result.Error, StringComparison.Ordinal);
        AssertSaved(target, saved);
        Assert.DoesNotContain(maildrop.Heard, line => line.StartsWith("DELE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ADiskThatIsFullInTheMiddleOfAMessageHasNothingOfItInTheEnd()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        var box = Path.Combine(Path.GetDirectoryName(disk.Data)!, "box.mbox");
        var big = Encoding.ASCII.GetBytes("Subject: big\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 74) + "\r\n", 4_000)));
        await using var maildrop = new ScriptedMaildrop(big, big, big, big);
        var result = await FetchCommand.RunAsync(maildrop.Url, "--save", box, "--delete");
        result.Fails($"; 2 of 4 messages saved in {box}; nothing was removed there");
        Assert.Contains("No space left on device", result.Error, StringComparison.Ordinal);
        Assert.Equal([big, big], Mbox.Read(box));
        Assert.DoesNotContain(maildrop.Heard, line => line.StartsWith("DELE", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("box.mbox", 2)]
    [InlineData("files/", 0)]
    public async Task AFileThatWouldGrowPastItsLimitIsAFailureLikeAnother(string target, int saved)
    {
        const string Limited = "ulimit -f 1000; export DOTNET_EnableWriteXorExecute=0; exec \"$0\" \"$@\""; // 512,000 octets; the runtime itself needs larger files for the other
        var tried = await Command.RunAsync("/bin/sh", ["-c", Limited, Repository.Program, "--help"]);
        Assert.SkipUnless(tried.Status == 0, $"the runtime does not start under such a limit: {tried.Error.Trim()}");
        var big = Encoding.ASCII.GetBytes("Subject: big\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 98) + "\r\n", saved > 0 ? 2_000 : 6_000)));
        await using var maildrop = new ScriptedMaildrop(big, big, big);
        (await FetchCommand.RunUnderAsync("/bin/sh", ["-c", Limited], maildrop.Url, "--save", _folder[target], "--delete"))
            .Fails($": it would be larger than a file may be here; {(saved > 0 ? $"{saved} of 3 messages saved in {_folder[target]}" : "nothing was saved")}; nothing was removed there");
        if (saved > 0) Assert.Equal([big, big], Mbox.Read(_folder[target]));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.lock", SearchOption.AllDirectories).Concat(Directory.GetFiles(_folder.Path, "*.part", SearchOption.AllDirectories)));
    }

    [Theory]
    [InlineData("box.mbox", "box.mbox")]
    [InlineData("Maildir/", "Maildir/new")]
    [InlineData("files/", "files")]
    public async Task ADiskThatFailsIsBelievedAndNothingIsRemovedThere(string target, string flushed)
    {
        var strace = await Strace.NeedAsync();
        await using var maildrop = Maildrop(_ => null);
        foreach (var room in new[] { "tmp", "new", "cur" }) Directory.CreateDirectory(_folder["Maildir/" + room]);
        Directory.CreateDirectory(_folder["files"]);
        var failing = Strace.Options(_folder["strace"], "-P", _folder[flushed], "-e", "trace=fsync", "-e", "inject=fsync:error=EIO");
        var result = await FetchCommand.RunUnderAsync(strace, failing, maildrop.Url, "--save", _folder[target], "--delete");
        result.Fails("; nothing was saved; nothing was removed there");
        Assert.Contains("fsync", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(maildrop.Heard, line => line.StartsWith("DELE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task NothingIsRemovedThereBeforeItIsOnDisk()
    {
        var strace = await Strace.NeedAsync();
        await using var maildrop = Maildrop(_ => null);
        var tracing = Strace.Options(_folder["strace"], "-s", "64", "-e", "trace=fsync,pwritev,sendto,sendmsg,write");
        (await FetchCommand.RunUnderAsync(strace, tracing, maildrop.Url, "--save", _folder["box.mbox"], "--delete")).Fine();
        var calls = Strace.Read(_folder["strace"]);
        var lastWrite = calls.FindLast(call => call.Name == "pwritev" && call.Arguments.Contains("box.mbox>", StringComparison.Ordinal))!;
        var flush = calls.Find(call => call.Name == "fsync" && call.Result == 0 && call.Arguments.Contains("box.mbox>", StringComparison.Ordinal) && call.Began > lastWrite.Ended)!;
        var removal = calls.Find(call => call.Arguments.Contains("DELE 1", StringComparison.Ordinal))!;
        Assert.True(flush.Ended < removal.Began, $"fsync at {flush.Ended}, DELE at {removal.Began}");
    }

    [Theory]
    [InlineData("", "nonsense\r\n", "does not speak POP3 as it should")]
    [InlineData("LIST", "+OK\r\nwhat?\r\n.\r\n", "the server")]
    [InlineData("LIST", "-ERR [SYS/TEMP] not now\r\n", "-ERR [SYS/TEMP] not now")]
    [InlineData("RETR 1", "hello\r\n", "the server sent something that is no reply; nothing was saved")]
    [InlineData("PASS secret", "-ERR [AUTH] no\r\n", "127.0.0.1 refuses the login of alice: -ERR [AUTH] no")]
    [InlineData("PASS secret", "-ERR [IN-USE] busy\r\n", "another session has the maildrop of alice open: -ERR [IN-USE] busy")]
    [InlineData("DELE 2", "-ERR no\r\n", "127.0.0.1 does not remove 1 message, as message 2; 3 removed; 4 of 4 messages saved in")]
    [InlineData("QUIT", "-ERR some deleted messages not removed\r\n", "whether the messages were removed there is not known: 127.0.0.1: -ERR some deleted messages not removed; 4 of 4 messages saved in")]
    public async Task WhateverTheServerSaysTheFailureIsOneLine(string command, string answer, string why)
    {
        await using var maildrop = Maildrop(line => line == command ? MaildropAnswer.Of(answer) : null);
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--delete")).Fails(why);
    }

    [Theory]
    [InlineData("", "x", "does not speak POP3 as it should: the server sent a line without an end")]
    [InlineData("LIST", "x", "the server sent a line without an end")]
    [InlineData("RETR 1", "+OK\r\nSubject: x\r\n\r\n", "message 1 goes on and on: the server listed it with ")]
    [InlineData("TOP 1 0", "+OK\r\nSubject: x\r\n", "message 1 goes on and on: the server listed it with ")]
    public async Task AServerThatNeverEndsIsLeft(string command, string start, string why)
    {
        var endless = Encoding.ASCII.GetBytes(start + string.Concat(Enumerable.Repeat(start == "x" ? "xxxx" : "X-Y: x\r\n", 2_000)));
        await using var maildrop = Maildrop(line => line == command ? new MaildropAnswer(endless) { IsEndless = true } : null);
        string[] act = command == "TOP 1 0" ? ["--list", "--json"] : ["--save", _folder["box.mbox"]];
        (await FetchCommand.RunAsync(maildrop.Url, act)).Fails(why);
        Assert.False(File.Exists(_folder["box.mbox"]));
    }

    [Fact]
    public async Task ShowingTellsWhatDidNotCome()
    {
        await using (var breaking = Maildrop(line => line == "RETR 3" ? new MaildropAnswer(Half) { HangsUp = true } : null))
        {
            var cut = await FetchCommand.RunAsync(breaking.Url, "--show", "3");
            Assert.Equal((1, "merpati: 127.0.0.1: the server closed the connection before the end of what it sent\n"), (cut.Status, FetchCommand.WithoutProgress(cut.Error)));
            Assert.StartsWith("Subject: half\n\nhalf a message\n", cut.Output, StringComparison.Ordinal);
        }

        await using var refusing = Maildrop(line => line == "RETR 1" ? MaildropAnswer.Of("-ERR gone\r\n") : null);
        var refused = await FetchCommand.RunAsync(refusing.Url, "--show", "1-2");
        Assert.Equal((1, "merpati: message 1 is not handed out: -ERR gone\n"), (refused.Status, FetchCommand.WithoutProgress(refused.Error)));
        Assert.Contains("From number 2", refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerWithoutTopOrUniqueIdsIsListedByNumbersAndOctets()
    {
        await using (var plain = new ScriptedMaildrop("Subject: x\r\n\r\n"u8.ToArray()) { Capabilities = "UIDL\r\nUSER" })
        {
            var result = await FetchCommand.RunAsync(plain.Url, "--list");
            Assert.Equal("number  octets  unique-id\n     1      14  id-1\n", result.Fine());
            Assert.Equal("merpati: note: the server does not offer TOP, so there are no dates, senders and subjects\n", result.Error);
        }

        await using var old = new ScriptedMaildrop("Subject: x\r\n\r\n"u8.ToArray(), "Subject: y\r\n\r\n"u8.ToArray())
        {
            Capabilities = null,
            Instead = line => line == "UIDL" || line.StartsWith("TOP", StringComparison.Ordinal) ? MaildropAnswer.Of("-ERR unknown\r\n") : null,
        };
        var listed = await FetchCommand.RunAsync(old.Url, "--list", "--json");
        using var list = JsonDocument.Parse(listed.Fine());
        Assert.Equal([1, 2], list.RootElement.EnumerateArray().Select(row => row.GetProperty("number").GetInt32()));
        Assert.Equal("merpati: note: the server does not know TOP, so there are no dates, senders and subjects\n", listed.Error);
        Assert.Single(old.Heard, line => line.StartsWith("TOP", StringComparison.Ordinal));
        Assert.Contains("no unique-ids, so all its messages look new", (await FetchCommand.RunAsync(old.Url, "--save", _folder["box.mbox"], "--new")).Error, StringComparison.Ordinal);
    }

    private static ScriptedMaildrop Maildrop(Func<string, MaildropAnswer?> instead) =>
        new([.. Enumerable.Range(1, 4).Select(Message)]) { Instead = instead };

    private static byte[] Message(int number) => Encoding.ASCII.GetBytes($"Subject: message {number}\r\n\r\nFrom number {number}\r\n");

    private static async Task<int> DeadProcessAsync()
    {
        using var ended = Command.Start("/bin/true", []);
        await ended.WaitForExitAsync();
        return ended.Id;
    }

    private async Task LeaveAsync(int process, long offset, string fromLine, string part)
    {
        await File.WriteAllTextAsync(_folder["box.mbox.lock"], string.Create(CultureInfo.InvariantCulture, $"{process}\n{offset}\n0\n{fromLine}\nwhat stood there before\n"));
        await File.WriteAllTextAsync(_folder["box.mbox.part"], part);
    }

    private long PartLength() => Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories)
        .Where(file => file.EndsWith(".part", StringComparison.Ordinal) || file.Contains("/tmp/", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length);

    // The mbox is locked against us, but not against those that do not ask.
    private async Task<int> SavedInAsync(string target) => target switch
    {
        "box.mbox" => (await Command.RunAsync("cat", [_folder[target]])).Output.Split('\n').Count(line => line.StartsWith("From ", StringComparison.Ordinal)),
        "Maildir/" => Directory.Exists(_folder["Maildir/new"]) ? Directory.GetFiles(_folder["Maildir/new"]).Length : 0,
        _ => Directory.Exists(_folder[target]) ? Directory.GetFiles(_folder[target], "*.eml").Length : 0,
    };

    private void AssertSaved(string target, int count)
    {
        var found = target == "box.mbox"
            ? Mbox.Read(_folder[target]).ConvertAll(Encoding.ASCII.GetString)
            : [.. Directory.GetFiles(_folder[target == "Maildir/" ? "Maildir/new" : target], target == "Maildir/" ? "*" : "*.eml").Select(file => File.ReadAllText(file).ReplaceLineEndings("\r\n"))];
        Assert.Equal(Enumerable.Range(1, count).Select(number => Encoding.ASCII.GetString(Message(number))).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }
}
