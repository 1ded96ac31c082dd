using Merpati.Pop3.Client;

namespace Merpati.Pop3.Tests.Client;

/// <summary>Dialogues that go as they should, each played whole, octet by octet and with every cut.</summary>
public sealed class ClientDialogueTests
{
    private const string Old = "S: +OK pop\nC: CAPA\nS: -ERR what\n";
    private const string Pipelining = "S: +OK pop\nC: CAPA\nS: +OK\nS: TOP\nS: UIDL\nS: PIPELINING\nS: .\n";
    private const string NoPipelining = "S: +OK pop\nC: CAPA\nS: +OK\nS: TOP\nS: UIDL\nS: .\n";

    [Fact]
    public Task HearsWhatTheServerCanDo() => PlayAsync("""
        S: +OK <1.2@pop> ready
        C: CAPA
        S: +OK here you are
        S: TOP
        S: user
        S: SASL PLAIN scram-sha-256
        S: SASL PLAIN LOGIN
        S: RESP-CODES
        S: AUTH-RESP-CODE
        S: LOGIN-DELAY 900 USER
        S: PIPELINING
        S: EXPIRE 60
        S: UIDL
        S: STLS
        S: UTF8 USER
        S: LANG
        S: IMPLEMENTATION Some Server 1.0
        S: .
        C: QUIT
        S: +OK bye
        """, async client =>
    {
        Assert.Equal("+OK <1.2@pop> ready", (await client.GreetAsync(default)).Text);
        var offered = client.Capabilities;
        Assert.True(offered is { IsKnown: true, HasTop: true, HasUser: true, HasAuthResponseCode: true, HasPipelining: true, HasUniqueIds: true, HasStartTls: true, HasUtf8: true, HasLanguages: true });
        Assert.Equal(["PLAIN", "SCRAM-SHA-256", "LOGIN"], offered.Mechanisms);
        Assert.Equal(60, offered.ExpireDays);
        Assert.Equal(TimeSpan.FromMinutes(15), offered.LoginDelay);
        Assert.True(offered.Has("implementation"));
        Assert.False(offered.Has("XTND"));
        Assert.True((await client.QuitAsync(default)).IsDone);
    });

    [Fact]
    public Task GetsAlongWithAServerThatKnowsNoExtensions() => PlayAsync(Old + """
        C: USER paul
        S: +OK
        C: PASS x y
        S: +OK
        C: STAT
        S: +OK 2 320
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        Assert.False(client.Capabilities.IsKnown);
        Assert.True((await ClientLoginTests.LogInAsync(client, "paul", "x y", PlainPasswords.Always)).IsDone);
        var (size, step) = await client.StatAsync(default);
        Assert.True(step.IsDone);
        Assert.Equal(new MaildropSize(2, 320), size);
        await client.QuitAsync(default);
    });

    [Fact]
    public Task ListsWithUniqueIdsInOneGo() => PlayAsync(Pipelining + """
        C: LIST
        C: UIDL
        S: +OK 3 messages
        S: 1 120
        S: 2 200 and more
        S: 5 99999999999
        S: .
        S: +OK
        S: 1 whqtswO00WBw418f9t5JxYwZ
        S: 2 !~
        S: 5 x
        S: .
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var (listing, step) = await client.ListAsync(default);
        Assert.True(step.IsDone, step.Text);
        Assert.True(listing!.HasUniqueIds);
        Assert.Equal(
            [new Pop3Entry(1, 120, "whqtswO00WBw418f9t5JxYwZ", false), new Pop3Entry(2, 200, "!~", false), new Pop3Entry(5, 99999999999, "x", false)], listing);
        await client.QuitAsync(default);
    });

    [Theory]
    [InlineData(NoPipelining)]
    [InlineData(Old)]
    public Task ListsOneAfterTheOtherWhereTheServerDoesNotPipeline(string greeted) => PlayAsync(greeted + """
        C: LIST
        S: +OK
        S: 2 20
        S: 1 10
        S: .
        C: UIDL
        S: +OK
        S: 3 gone
        S: 2 b
        S: .
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var (listing, _) = await client.ListAsync(default);
        Assert.Equal([new Pop3Entry(1, 10, null, false), new Pop3Entry(2, 20, "b", false)], listing);
        await client.QuitAsync(default);
    });

    [Fact]
    public Task ListsWithoutUniqueIdsWhereTheServerHasNone() => PlayAsync(Old + """
        C: LIST
        S: +OK
        S: 1 10
        S: .
        C: UIDL
        S: -ERR what
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var (listing, _) = await client.ListAsync(default);
        Assert.False(listing!.HasUniqueIds);
        Assert.Equal([new Pop3Entry(1, 10, null, false)], listing);
        await client.QuitAsync(default);
    });

    [Fact]
    public Task DoesNotAskForUniqueIdsThatAreNotOffered() => PlayAsync("S: +OK\nC: CAPA\nS: +OK\nS: PIPELINING\nS: .\nC: LIST\nS: +OK\nS: .\nC: QUIT\nS: +OK\n", async client =>
    {
        await client.GreetAsync(default);
        Assert.Empty((await client.ListAsync(default)).Listing!);
        await client.QuitAsync(default);
    });

    [Fact]
    public Task HandsAMessageOnAsItIs() => PlayAsync(Old + """
        C: RETR 7
        S: +OK 120 octets
        S: Subject: dots
        S:
        S: ..
        S: ...
        S: ..x.
        s: bare\ncr\rnul\x00eight\xe9\r\n
        s: \n.\r\n
        s: a\n.\nb\r.\r\n\r\n
        S: .
        C: RETR 8
        S: +OK
        S: .
        C: TOP 7 3
        S: +OK
        S: Subject: dots
        S: .
        C: RETR 9
        S: -ERR no such message
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var text = new Gathered();
        var retrieval = await client.RetrieveAsync(7, text, default);
        Assert.True(retrieval.Step.IsDone, retrieval.Step.Text);
        Assert.Equal("Subject: dots\r\n\r\n.\r\n..\r\n.x.\r\nbare\ncr\rnul\0eight\xE9\r\n\n.\r\na\n.\nb\r.\r\n\r\n", text.Text);
        Assert.Equal(text.Text.Length, retrieval.Octets);
        Assert.Equal(0, (await client.RetrieveAsync(8, new Gathered(), default)).Octets);
        text = new Gathered();
        await client.TopAsync(7, 3, text, default);
        Assert.Equal("Subject: dots\r\n", text.Text);
        retrieval = await client.RetrieveAsync(9, text, default);
        Assert.Equal(Pop3Outcome.Refused, retrieval.Step.Outcome);
        await client.QuitAsync(default);
    });

    [Fact]
    public Task AsksForSeveralMessagesAhead() => PlayAsync(Pipelining + """
        C: RETR 1
        C: RETR 2
        C: RETR 3
        S: +OK
        S: one
        S: .
        S: -ERR gone
        C: RETR 4
        C: RETR 6
        S: +OK
        S: three
        S: .
        S: +OK
        S: .
        S: -ERR [SYS/TEMP] later
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var mail = new GatheredMail();
        Assert.True((await client.RetrieveAsync([1, 2, 3, 4, 6], mail, default)).IsDone);
        Assert.Equal("1 Done 5 one\r\n|2 Refused 0 |3 Done 7 three\r\n|4 Done 0 |6 Later 0 ", mail.Text);
        await client.QuitAsync(default);
    }, new Pop3ClientOptions { MaxPipelined = 3 });

    [Theory]
    [InlineData(NoPipelining, 100)]
    [InlineData(Old, 100)]
    [InlineData(Pipelining, 1)]
    public Task AsksOneByOneWhereTheServerDoesNotPipeline(string greeted, int most) => PlayAsync(greeted + """
        C: RETR 1
        S: +OK
        S: one
        S: .
        C: RETR 2
        S: +OK
        S: two
        S: .
        C: DELE 1
        S: +OK
        C: DELE 2
        S: +OK
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var mail = new GatheredMail();
        Assert.True((await client.RetrieveAsync([1, 2], mail, default)).IsDone);
        Assert.Equal("1 Done 5 one\r\n|2 Done 5 two\r\n", mail.Text);
        Assert.Equal(2, (await client.DeleteAsync([1, 2], default)).Marked);
        await client.QuitAsync(default);
    }, new Pop3ClientOptions { MaxPipelined = most });

    [Fact]
    public Task StopsWhenNoMoreIsWantedAndReadsPastWhatWasAskedFor() => PlayAsync(Pipelining + """
        C: RETR 1
        C: RETR 2
        S: +OK
        S: one
        S: .
        S: +OK
        S: two
        S: .
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var mail = new GatheredMail(most: 1);
        Assert.True((await client.RetrieveAsync([1, 2, 3, 4], mail, default)).IsDone);
        Assert.Equal("1 Done 5 one\r\n", mail.Text);
        await client.QuitAsync(default);
    }, new Pop3ClientOptions { MaxPipelined = 2 });

    [Fact]
    public Task MarksSeveralAtATimeAndSaysWhatWasNot() => PlayAsync(Pipelining + """
        C: DELE 1
        C: DELE 2
        C: DELE 3
        S: +OK
        S: -ERR no
        S: +OK
        C: RSET
        S: +OK
        C: QUIT
        S: +OK
        """, async client =>
    {
        await client.GreetAsync(default);
        var deletion = await client.DeleteAsync([1, 2, 3], default);
        Assert.True(deletion.Step.IsDone);
        Assert.Equal(2, deletion.Marked);
        Assert.Equal([2], deletion.Refused);
        Assert.True(client.HasMarked);
        Assert.True((await client.ResetAsync(default)).IsDone);
        Assert.False(client.HasMarked);
        await client.QuitAsync(default);
    });

    [Theory]
    [InlineData("S: +OK bye", Pop3Outcome.Done)]
    [InlineData("S: -ERR some deleted messages not removed", Pop3Outcome.Refused)]
    [InlineData("S: -ERR [SYS/TEMP] not now", Pop3Outcome.Later)]
    [InlineData("S: [close]", Pop3Outcome.Lost)]
    public async Task SaysWhetherTheMarkedOnesAreRemoved(string answer, Pop3Outcome outcome)
    {
        await using var server = new ScriptedServer(Old + "C: DELE 1\nS: +OK\nC: QUIT\n" + answer);
        await server.Client.GreetAsync(default);
        await server.Client.DeleteAsync([1], default);
        Assert.Equal(outcome, (await server.Client.QuitAsync(default)).Outcome);
        Assert.Equal(outcome, server.Client.Ending!.Outcome);
        Assert.Equal(outcome, (await server.Client.NoopAsync(default)).Outcome);
        await server.EndAsync();
    }

    [Fact]
    public Task SpeaksOtherLanguages() => PlayAsync("""
        S: +OK
        C: CAPA
        S: +OK
        S: UTF8
        S: LANG
        S: .
        C: UTF8
        S: +OK
        C: LANG
        S: +OK
        S: en English
        S: ru Русский
        S: id
        S: .
        C: LANG ru
        S: +OK ru Сервер говорит по-русски
        C: NOOP
        S: +OK
        C: QUIT
        S: +OK пока
        """, async client =>
    {
        await client.GreetAsync(default);
        Assert.True((await client.UseUtf8Async(default)).IsDone);
        var (languages, _) = await client.LanguagesAsync(default);
        Assert.Equal([new("en", "English"), new("ru", "Русский"), new("id", "")], languages);
        Assert.Equal("+OK ru Сервер говорит по-русски", (await client.LanguageAsync("ru", default)).Text);
        Assert.True((await client.NoopAsync(default)).IsDone);
        await client.QuitAsync(default);
    });

    [Fact]
    public Task AsksForNothingThatIsNotOffered() => PlayAsync(Old + "C: QUIT\nS: +OK\n", async client =>
    {
        await client.GreetAsync(default);
        Assert.Equal(Pop3Outcome.Unsupported, (await client.UseUtf8Async(default)).Outcome);
        Assert.Equal(Pop3Outcome.Unsupported, (await client.LanguageAsync("ru", default)).Outcome);
        Assert.Equal(Pop3Outcome.Unsupported, (await client.LanguagesAsync(default)).Step.Outcome);
        await client.QuitAsync(default);
    });

    [Fact]
    public Task UnderstandsAServerThatEndsItsLinesInABareLineFeed() => PlayAsync("""
        s: +OK\n
        C: CAPA
        s: +OK\nUIDL\n.\n
        C: LIST
        s: +OK\n1 10\n.\n
        C: UIDL
        s: +OK\n1 x\n.\n
        C: RETR 1
        s: +OK\na: b\n\n..\n.\r\n
        C: QUIT
        s: +OK\n
        """, async client =>
    {
        await client.GreetAsync(default);
        Assert.Equal([new Pop3Entry(1, 10, "x", false)], (await client.ListAsync(default)).Listing);
        var text = new Gathered();
        Assert.True((await client.RetrieveAsync(1, text, default)).Step.IsDone);
        Assert.Equal("a: b\n\n.\n", text.Text);
        await client.QuitAsync(default);
    });

    [Fact]
    public async Task WritesDownWhatIsSaid()
    {
        var written = new WrittenDown();
        await using var server = new ScriptedServer(Pipelining + "C: LIST\nC: UIDL\nS: +OK\nS: 1 9\nS: .\nS: +OK\nS: 1 x\nS: .\nC: RETR 1\nS: +OK\nS: secret!\nS: .\n", new Pop3ClientOptions { Transcript = written });
        await server.Client.GreetAsync(default);
        await server.Client.ListAsync(default);
        await server.Client.RetrieveAsync(1, new Gathered(), default);
        Assert.Equal(
            "S: +OK pop|C: CAPA|S: +OK|S: TOP|S: UIDL|S: PIPELINING|S: .|C: LIST|C: UIDL|S: +OK|S: 1 9|S: .|S: +OK|S: 1 x|S: .|C: RETR 1|S: +OK|S: [9 octets]|S: .",
            string.Join('|', written.Lines));
    }

    private static Task PlayAsync(string script, Func<Pop3Client, Task> act, Pop3ClientOptions? options = null) => ScriptedServer.PlayEveryWayAsync(script, act, options);
}
