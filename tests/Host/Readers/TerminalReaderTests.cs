namespace Merpati.Host.Tests.Readers;

/// <summary>
/// mutt and neomutt fetch a maildrop into a maildir and change nothing but the line ends. They want a terminal, which script gives them, and are
/// told beforehand which keys will be pressed.
/// </summary>
public abstract class TerminalReaderTests(SharedRoom shared, string program, string mechanisms) : IClassFixture<SharedRoom>
{
    [Theory]
    [InlineData(Way.Plain)]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    public async Task FetchesAndRemovesEveryMessage(Way way)
    {
        NeedPrograms();
        var room = await shared.OpenAsync(PostRoom.OpenWithPartAsync);
        var kept = await FetchAsync(room, way, "kept", "set pop_delete=no");
        room.AssertRead(kept, KeptText.WithUnixLines);
        await room.AssertWholeAsync(PostRoom.UserOf(way));

        var taken = await FetchAsync(room, way, "taken", "set pop_delete=yes");
        room.AssertRead(taken, KeptText.WithUnixLines);
        await room.AssertEmptyAsync(PostRoom.UserOf(way));
    }

    [Fact]
    public async Task LogsInByTheMechanismThatItIsTold()
    {
        NeedPrograms();
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        foreach (var (way, mechanism) in PostRoom.Choices(mechanisms.Split(' ')))
        {
            var read = await FetchAsync(room, way, mechanism, $"set pop_delete=no pop_authenticators={mechanism.ToLowerInvariant()}");
            room.AssertRead(read, KeptText.WithUnixLines);
            await room.AssertLoggedInAsync(mechanism, way);
        }
    }

    [Fact]
    public async Task AsksByLastForWhatIsNew()
    {
        NeedPrograms();
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        var user = PostRoom.UserOf(Way.Plain);
        Assert.Equal(room.Count, (await FetchAsync(room, Way.Plain, "inbox", "set pop_delete=no pop_last=yes")).Count);
        room.AssertRead(await FetchAsync(room, Way.Plain, "inbox", "set pop_delete=no pop_last=yes"), KeptText.WithUnixLines);
        using (var smtp = await MailDialogue.GreetAsync(room.Server))
        {
            Assert.StartsWith("250 2.0.0", await MailDialogue.SendAsync(smtp, MailDialogue.Message("new"), $"{user}@example.org"), StringComparison.Ordinal);
        }

        var read = await FetchAsync(room, Way.Plain, "later", "set pop_delete=no pop_last=yes");
        Assert.True(Assert.Single(read).AsSpan().IndexOf("Subject: new\n"u8) >= 0);
        Assert.Equal(room.Count + 1, (await MailDialogue.ReadAllAsync(room.Server, user)).Count);
    }

    [Fact]
    public async Task OpensAMaildropAsAFolderAndRemovesWhatIsMarked()
    {
        NeedPrograms();
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        var user = PostRoom.UserOf(Way.Plain);
        await RunAsync(room, await ConfigureAsync(room, Way.Plain, "inbox", ""), $"pop://{user}@{room.Server.Pop3}/", "<delete-pattern>~s ^dots$<enter><sync-mailbox><exit>");
        var read = await MailDialogue.ReadAllAsync(room.Server, user);
        Assert.Equal(room.Messages.Where(message => message.AsSpan().IndexOf("Subject: dots\r\n"u8) < 0).Select(Convert.ToHexString), read.Select(Convert.ToHexString));
        Assert.Equal(room.Count - 1, read.Count);
    }

    private (string Script, string Mutt) NeedPrograms() => (Command.Need("script"), Command.Need(program));

    private async Task<List<byte[]>> FetchAsync(PostRoom room, Way way, string name, string more)
    {
        name = $"{name}-{way}";
        await RunAsync(room, await ConfigureAsync(room, way, name, more), Path.Combine(room.Home, name), "<fetch-mail><exit>");
        return PostRoom.ReadMaildir(Path.Combine(room.Home, name));
    }

    private async Task RunAsync(PostRoom room, string configuration, string folder, string keys)
    {
        var (script, mutt) = NeedPrograms();
        (await room.RunAsync(script, "-qec", $"{mutt} -n -F {configuration} -f {folder} -e 'push \"{keys}\"'", "/dev/null")).Fine();
    }

    private static async Task<string> ConfigureAsync(PostRoom room, Way way, string name, string more)
    {
        var maildir = room.MakeMaildir(name);
        return await room.WriteAsync($"muttrc-{name}", $"""
            set folder={room.Home} spoolfile={maildir} mbox_type=maildir record="" tmpdir={room.Home}
            set pop_host="pop{(way == Way.Tls ? "s" : "")}://127.0.0.1:{room.EndPoint(way).Port}" pop_user={PostRoom.UserOf(way)} pop_pass={PostRoom.Password}
            set pop_reconnect=no pop_checkinterval=0 pop_last=no
            set ssl_starttls={(way == Way.StartTls ? "yes" : "no")} ssl_force_tls={(way == Way.Plain ? "no" : "yes")} certificate_file={room.Certificate}
            set header_cache="" message_cachedir=""
            set delete=yes move=no quit=yes wait_key=no confirmappend=no confirmcreate=no sleep_time=0
            {more}

            """);
    }
}
