namespace Merpati.Host.Tests.Readers;

/// <summary>
/// mutt and neomutt fetch a maildrop into a maildir and change nothing but the line ends. They want a terminal, which script gives them, and are
/// told beforehand which keys will be pressed.
/// </summary>
public sealed class MuttTests
{
    [Theory]
    [InlineData("mutt", Way.Plain)]
    [InlineData("mutt", Way.StartTls)]
    [InlineData("mutt", Way.Tls)]
    [InlineData("neomutt", Way.Plain)]
    [InlineData("neomutt", Way.StartTls)]
    [InlineData("neomutt", Way.Tls)]
    public async Task FetchesAndRemovesEveryMessage(string program, Way way)
    {
        var mutt = Command.Need(program);
        var script = Command.Need("script");
        await using var room = await PostRoom.OpenWithPartAsync("alice");
        var kept = await FetchAsync(room, (script, mutt), way, "kept", "set pop_delete=no");
        room.AssertRead(kept, KeptText.WithUnixLines);
        await room.AssertWholeAsync("alice");

        var taken = await FetchAsync(room, (script, mutt), way, "taken", "set pop_delete=yes");
        room.AssertRead(taken, KeptText.WithUnixLines);
        await room.AssertEmptyAsync("alice");
    }

    [Theory]
    [InlineData("mutt", "APOP PLAIN CRAM-MD5 DIGEST-MD5 SCRAM-SHA-1 SCRAM-SHA-256")]
    [InlineData("neomutt", "APOP")]
    public async Task LogsInByTheMechanismThatItIsTold(string program, string mechanisms)
    {
        var mutt = Command.Need(program);
        var script = Command.Need("script");
        await using var room = await PostRoom.OpenToOldWaysAsync();
        foreach (var mechanism in mechanisms.Split(' '))
        {
            var read = await FetchAsync(room, (script, mutt), Way.StartTls, mechanism, $"set pop_delete=no pop_authenticators={mechanism.ToLowerInvariant()}");
            room.AssertRead(read, KeptText.WithUnixLines);
            await room.AssertLoggedInAsync(mechanism, Way.StartTls);
        }
    }

    [Theory]
    [InlineData("mutt")]
    [InlineData("neomutt")]
    public async Task OpensAMaildropAsAFolderAndRemovesWhatIsMarked(string program)
    {
        var mutt = Command.Need(program);
        var script = Command.Need("script");
        await using var room = await PostRoom.OpenWithPartAsync("alice");
        var folder = $"pop://alice@{room.Server.Pop3}/";
        await RunAsync(room, (script, mutt), await ConfigureAsync(room, Way.Plain, "copied", ""), folder, "<delete-pattern>~s ^dots$<enter><sync-mailbox><exit>");
        var read = await MailDialogue.ReadAllAsync(room.Server);
        Assert.Equal(room.Messages.Where(message => message.AsSpan().IndexOf("Subject: dots\r\n"u8) < 0).Select(Convert.ToHexString), read.Select(Convert.ToHexString));
        Assert.Equal(room.Count - 1, read.Count);
    }

    private static async Task<List<byte[]>> FetchAsync(PostRoom room, (string Script, string Mutt) programs, Way way, string name, string more)
    {
        await RunAsync(room, programs, await ConfigureAsync(room, way, name, more), Path.Combine(room.Home, name), "<fetch-mail><exit>");
        return PostRoom.ReadMaildir(Path.Combine(room.Home, name));
    }

    private static async Task RunAsync(PostRoom room, (string Script, string Mutt) programs, string configuration, string folder, string keys) =>
        (await room.RunAsync(programs.Script, "-qec", $"{programs.Mutt} -n -F {configuration} -f {folder} -e 'push \"{keys}\"'", "/dev/null")).Fine();

    private static async Task<string> ConfigureAsync(PostRoom room, Way way, string name, string more)
    {
        var maildir = room.MakeMaildir(name);
        return await room.WriteAsync($"muttrc-{name}", $"""
            set folder={room.Home} spoolfile={maildir} mbox_type=maildir record="" tmpdir={room.Home}
            set pop_host="pop{(way == Way.Tls ? "s" : "")}://127.0.0.1:{room.EndPoint(way).Port}" pop_user=alice pop_pass={PostRoom.Password}
            set pop_authenticators="user" pop_reconnect=no pop_checkinterval=0
            set ssl_starttls={(way == Way.StartTls ? "yes" : "no")} ssl_force_tls={(way == Way.Plain ? "no" : "yes")} certificate_file={room.Certificate}
            set header_cache="" message_cachedir=""
            set delete=yes move=no quit=yes wait_key=no confirmappend=no confirmcreate=no sleep_time=0
            {more}

            """);
    }
}
