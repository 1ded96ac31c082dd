namespace Merpati.Pop3.Tests;

/// <summary>What a session sees of its maildrop: STAT, LIST, UIDL, DELE, RSET, LAST.</summary>
public sealed class MaildropTests
{
    private const string LogIn = """
        S: *
        C: USER alice
        c: PASS a pass  phrase \r\n
        S: +OK
        S: +OK alice's maildrop has 2 messages (320 octets)

        """;

    private static Task PlayAsync(string session, Func<PostOffice>? office = null) =>
        new Transcript(LogIn + session).PlayEveryWayAsync(() => (office ?? (() => new PostOffice()))().Service());

    [Fact]
    public Task MarkedMessagesAreNotCountedNorListed() => PlayAsync("""
        C: DELE 1
        S: +OK Message 1 has been deleted.
        C: STAT
        S: +OK 1 200
        C: LIST
        S: +OK 1 message (200 octets)
        S: 2 200
        S: .
        C: UIDL
        S: +OK
        S: 2 1764000000.13
        S: .
        C: DELE 2
        S: +OK Message 2 has been deleted.
        C: STAT
        S: +OK 0 0
        C: LIST
        S: +OK 0 messages (0 octets)
        S: .
        C: UIDL
        S: +OK
        S: .
        C: RSET
        S: +OK Maildrop has 2 messages (320 octets)
        C: STAT
        S: +OK 2 320
        C: UIDL
        S: +OK
        S: 1 1764000000.11
        S: 2 1764000000.13
        S: .
        """);

    [Fact]
    public Task OneMessageIsListedAlone() => PlayAsync("""
        C: LIST 2
        S: +OK 2 200
        C: LIST 001
        S: +OK 1 120
        C: UIDL 2
        S: +OK 2 1764000000.13
        C: uidl  1 
        S: +OK 1 1764000000.11
        """);

    // RFC 1460 §5, its own example.
    [Fact]
    public Task LastIsTheHighestThatRetrOrDeleNamed() => PlayAsync("""
        C: LAST
        S: +OK 0 is the last read message.
        C: TOP 2 0
        S: +OK
        S: Subject: life
        S: 
        S: .
        C: LAST
        S: +OK 0 is the last read message.
        C: DELE 2
        S: +OK Message 2 has been deleted.
        C: LAST
        S: +OK 2 is the last read message.
        C: DELE 1
        S: +OK Message 1 has been deleted.
        C: LAST
        S: +OK 2 is the last read message.
        C: RSET
        S: +OK Maildrop has 2 messages (320 octets)
        C: LAST
        S: +OK 0 is the last read message.
        C: RETR 1
        S: +OK 120 octets
        S: Subject: life
        S: 
        S: x*x
        S: y*y
        S: .
        C: LAST
        S: +OK 1 is the last read message.
        C: RETR 3
        S: -ERR No such message, only 2 messages in maildrop.
        C: LAST
        S: +OK 1 is the last read message.
        """);

    [Fact]
    public async Task QuitRemovesTheMarkedMessagesAndNoOthers()
    {
        PostOffice? office = null;
        await new Transcript(LogIn + """
            C: DELE 2
            S: +OK Message 2 has been deleted.
            C: QUIT
            S: +OK mail.example.org POP3 server signing off (1 message left)
            S: [closed]
            """).PlayEveryWayAsync(() => (office = new PostOffice()).Service(), () =>
        {
            Assert.Equal([11u], office!.Messages.Uids(PostOffice.Alice));
            Assert.Equal(6, office.Messages.Uids(PostOffice.Paul).Length);
            Assert.False(office.Messages.IsLocked(PostOffice.Alice));
            Assert.Equal(1, office.Messages.Expunges);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task AnEmptiedMaildropSaysSo()
    {
        var office = new PostOffice();
        await new Transcript(LogIn + """
            C: DELE 1
            C: DELE 2
            C: QUIT
            S: +OK Message 1 has been deleted.
            S: +OK Message 2 has been deleted.
            S: +OK mail.example.org POP3 server signing off (maildrop empty)
            S: [closed]
            """).PlayAsync(office.Service());
        Assert.Empty(office.Messages.Uids(PostOffice.Alice));
    }

    [Fact]
    public async Task RsetBeforeQuitRemovesNothing()
    {
        var office = new PostOffice();
        await new Transcript(LogIn + """
            C: DELE 1
            C: RSET
            C: QUIT
            S: +OK Message 1 has been deleted.
            S: +OK Maildrop has 2 messages (320 octets)
            S: +OK mail.example.org POP3 server signing off (2 messages left)
            S: [closed]
            """).PlayAsync(office.Service());
        Assert.Equal(0, office.Messages.Expunges);
    }

    [Fact]
    public async Task ArrivalsDoNotDisturbTheSnapshot()
    {
        var office = new PostOffice();
        await using var client = await office.LogInAsync();
        office.Messages.Add(PostOffice.Paul, PostOffice.TextOf(500));
        await client.SendAsync("STAT\r\nRETR 7\r\nDELE 1\r\nQUIT\r\n");
        Assert.Equal("+OK 6 12576", await client.NextAsync());
        Assert.Equal("-ERR No such message, only 6 messages in maildrop.", await client.NextAsync());
        Assert.Equal("+OK Message 1 has been deleted.", await client.NextAsync());
        Assert.Equal("+OK mail.example.org POP3 server signing off (5 messages left)", await client.NextAsync());
        await client.EndAsync();
        Assert.Equal([13u, 15u, 17u, 19u, 21u, 23u], office.Messages.Uids(PostOffice.Paul));
    }

    [Fact]
    public async Task AnyPatternOfMarksIsCarriedOutExactly()
    {
        var office = new PostOffice();
        for (var i = 0; i < 200; i++) office.Messages.Add(PostOffice.Bob, "x\r\n");
        var before = office.Messages.Uids(PostOffice.Bob);
        await using var client = office.Connect();
        var marked = Enumerable.Range(1, 200).Where(number => number * number % 7 is 1 or 2 || number is 64 or 65 or 128 or 192 or 200).ToArray();
        await client.SendAsync(System.Text.Encoding.UTF8.GetBytes("USER bob\r\nPASS пароль\r\n" + string.Concat(marked.Select(n => $"DELE {n}\r\n")) + "QUIT\r\n"));
        await client.RestAsync();
        Assert.Equal(before.Where((_, index) => !marked.Contains(index + 1)), office.Messages.Uids(PostOffice.Bob));
    }
}
