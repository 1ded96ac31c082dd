using System.Text;
using Merpati.Mail.Envelopes;

namespace Merpati.Progin.Tests;

/// <summary>The two dialogues of the assignment, and what one session can do.</summary>
public sealed class DialogueTests
{
    private const string Sending = """
        C: HELO
        S: OK
        C: MAIL
        S: OK
        C: SNDR user1 password
        S: OK
        C: RCPT user2
        S: OK
        C: DATA
        C: subject: hello.
        C: content: .
        C: hello world!.
        C: .
        S: OK
        C: QUIT
        S: BYE
        S: [closed]
        """;

    private const string Fetching = """
        C: HELO
        S: OK
        C: FTCH
        S: OK
        C: LGIN user1 password
        S: OK
        C: LIST
        S: 2
        S: MAIL 1
        S: To: user1
        S: From: user2
        S: Time: 09-03-09
        S: Subject: Hello World.
        S: Hello World.
        S: .
        S: MAIL 2
        S: To: user1
        S: From: user3
        S: Time: 11-05-09
        S: Subject: Hello Lagi.
        S: Hello World Lagi.
        S: .
        C: QUIT
        S: BYE
        S: [closed]
        """;

    private Campus _campus = new();

    [Fact]
    public Task TheSendingDialogueOfTheAssignment() => PlayEveryWayAsync(Sending, after: AssertSent);

    [Fact]
    public Task TheFetchingDialogueOfTheAssignment() => PlayEveryWayAsync(Fetching, Fill, () => Assert.Equal([11u, 13u], _campus.Messages.SeenUids(1)));

    [Fact]
    public async Task BothWorkWithLineFeedsAloneAndAreAnsweredSo()
    {
        foreach (var dialogue in new[] { Sending, Fetching })
        {
            _campus = new Campus();
            Fill();
            var lines = dialogue.Split('\n').Select(line => line.Trim()).ToArray();
            var sent = string.Concat(lines.Where(line => line.StartsWith('C')).Select(line => line[3..] + "\n"));
            var replies = string.Concat(lines.Where(line => line.StartsWith('S') && line != "S: [closed]").Select(line => line[3..] + "\n"));
            await using var client = _campus.Connect();
            await client.SendAsync(sent);
            Assert.Equal(replies, Encoding.UTF8.GetString(await client.RestAsync()));
        }
    }

    [Fact]
    public Task WhatIsSentIsListedToo() => PlayEveryWayAsync("""
        C: HELO
        C: MAIL
        C: SNDR user1 password
        C: RCPT user2
        C: DATA
        C: subject: hello.
        C: content: .
        C: hello world!.
        C: .
        C: FTCH
        C: LGIN user2 password
        C: LIST
        C: MAIL
        C: SNDR user3@example.org password
        C: RCPT <user2@example.org>
        C: RCPT user1
        C: RCPT user2
        C: DATA
        C: CONTENT: one
        C: two
        C: .
        C: FTCH
        C: LGIN user2 password
        C: LIST
        C: QUIT
        S: OK
        S: OK
        S: OK
        S: OK
        S: OK
        S: OK
        S: OK
        S: 1
        S: MAIL 1
        S: To: user2
        S: From: user1
        S: Time: 22-11-26
        S: Subject: hello.
        S: ..
        S: hello world!.
        S: .
        S: OK
        S: OK
        S: OK
        S: OK
        S: OK
        S: OK
        S: OK
        S: OK
        S: 2
        S: MAIL 1
        S: To: user2
        S: From: user1
        S: Time: 22-11-26
        S: Subject: hello.
        S: ..
        S: hello world!.
        S: .
        S: MAIL 2
        S: To: user2, user1
        S: From: "Agus \"Budi\" *
        S: Time: 22-11-26
        S: Subject:
        S: one
        S: two
        S: .
        S: BYE
        """);

    [Fact]
    public Task AnEmptyMailboxHasNone() => PlayEveryWayAsync("""
        C: helo laptop
        S: OK
        C: ftch
        S: OK
        C: lgin user1 password
        S: OK
        C: list
        S: 0
        C: LIST
        S: 0
        C: quit
        S: BYE
        """);

    [Fact]
    public async Task TwoSessionsReadOneMailboxAndOneSeesNewMailWithItsNextList()
    {
        Fill();
        await using var one = _campus.Connect();
        await using var other = _campus.Connect();
        foreach (var client in new[] { one, other }) await client.SendAsync("HELO\r\nFTCH\r\nLGIN user1 password\r\nLIST\r\n");
        foreach (var client in new[] { one, other })
        {
            for (var i = 0; i < 3; i++) Assert.Equal("OK", await client.NextAsync());
            Assert.Equal("2", await client.NextAsync());
            for (var i = 0; i < 14; i++) Assert.NotNull(await client.NextAsync());
        }

        _campus.Add(1, "Subject: three\n\nnew\n");
        await one.SendAsync("LIST\r\n");
        Assert.Equal("3", await one.NextAsync());
    }

    private Task PlayEveryWayAsync(string dialogue, Action? before = null, Action? after = null)
    {
        return new Transcript(dialogue).PlayEveryWayAsync(Renew, () =>
        {
            after?.Invoke();
            Assert.Equal((0, 0), (_campus.Open, _campus.Messages.ReadersOpen));
            return Task.CompletedTask;
        });

        Server.ProginService Renew()
        {
            _campus = new Campus();
            before?.Invoke();
            return _campus.Service();
        }
    }

    private void Fill()
    {
        _campus.Add(1, """
            Received: from somewhere
            To: user1@example.org
            From: user2@example.org
            Date: Mon, 9 Mar 2009 10:00:00 +0000
            Subject: Hello World.

            Hello World.

            """);
        _campus.Add(1, """
            To: user1@example.org
            From: user3@example.org
            Subject: Hello Lagi.

            Hello World Lagi.

            """);
    }

    private void AssertSent()
    {
        Assert.Equal("""
            Date: Sun, 22 Nov 2026 05:06:24 +0000
            From: user1@example.org
            To: user2@example.org
            Subject: hello.
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: 7bit

            .
            hello world!.

            """.ReplaceLineEndings("\r\n"), _campus.Only(2));
        var envelope = Assert.Single(_campus.Envelopes);
        Assert.Equal(("<user1@example.org>", BodyType.SevenBit, "user1@example.org"), (envelope.ReversePath.ToString(), envelope.Body, envelope.Origin.Submitter!.Address.ToString()));
    }
}
