using System.Text;
using Merpati.Storage;

namespace Merpati.Progin.Tests;

/// <summary>How messages are shown that did not come by Progin.</summary>
public sealed class ListingTests
{
    private readonly Campus _campus = new();

    [Fact]
    public async Task AMessageWithMimeIsDecoded()
    {
        _campus.Add(1, """
            Received: from mx.example.net
            From: =?utf-8?b?0JjQstCw0L0=?= <ivan@example.net>
            To: user1@example.org, user2@example.org, Someone <user3@example.org>, out@example.com
            Cc: nobody@example.org
            Subject: =?iso-8859-1?q?Gr=FC=DFe?= to
             you
            Date: Mon, 9 Mar 2009 23:30:00 -0500
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary=b

            preamble
            --b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            =D0=9F=D1=80=D0=B8=D0=B2=D0=B5=D1=82=2C
            .
            .dot=00=0Dend
            --b
            Content-Type: image/png; name=photo.png
            Content-Transfer-Encoding: base64

            AAAA
            --b--

            """);
        Assert.Equal("""
            1
            MAIL 1
            To: user1, user2, Someone <user3@example.org>, out@example.com
            From: Иван <ivan@example.net>
            Time: 10-03-09
            Subject: Grüße to you
            Привет,
            ..
            ..dot*
            end
            [attachment: photo.png, image/png]
            .

            """.Replace('*', '\uFFFD').ReplaceLineEndings("\r\n"), await ListAsync());
    }

    [Fact]
    public async Task WhatAMessageDoesNotHaveIsEmpty()
    {
        _campus.Add(1, "\n");
        _campus.Add(1, "no header at all");
        _campus.Add(1, "Subject: s\n");
        _campus.Add(1, "To: a\nDate: yesterday\n\nno end of line");
        var list = await ListAsync();
        Assert.StartsWith("4\r\nMAIL 1\r\nTo:\r\nFrom:\r\nTime: 11-05-09\r\nSubject:\r\n.\r\nMAIL 2\r\n", list, StringComparison.Ordinal);
        Assert.Contains("MAIL 3\r\nTo:\r\nFrom:\r\nTime: 11-05-09\r\nSubject: s\r\n.\r\n", list, StringComparison.Ordinal);
        Assert.EndsWith("MAIL 4\r\nTo: a\r\nFrom:\r\nTime: 11-05-09\r\nSubject:\r\nno end of line\r\n.\r\n", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALongHeaderLineIsCut()
    {
        _campus.Add(1, $"Subject: {string.Concat(Enumerable.Repeat("word ", 600))}\n\nx\n");
        var subject = (await ListAsync()).Split("\r\n")[5];
        Assert.EndsWith("...", subject, StringComparison.Ordinal);
        Assert.Equal("Subject: ".Length + 1003, subject.Length);
    }

    [Fact]
    public async Task AMessageThatIsRemovedMeanwhileGetsANote()
    {
        for (var i = 1; i <= 3; i++) _campus.Add(1, $"To: a\nSubject: {i}\n\n{new string('x', 70)}\nend {i}\n");
        _campus.Messages.PieceSize = 40;
        _campus.Messages.BeforeRead = (uid, pieces) =>
        {
            if (uid == 11) _campus.Messages.Remove(1, 13);
            if (uid == 15 && pieces == 1) _campus.Messages.Remove(1, 15);
        };
        var list = await ListAsync();
        Assert.Contains("end 1\r\n.\r\nMAIL 2\r\nTo:\r\nFrom:\r\nTime:\r\nSubject:\r\n[This message was removed meanwhile.]\r\n.\r\nMAIL 3\r\n", list, StringComparison.Ordinal);
        Assert.EndsWith("\r\n[This message was removed meanwhile.]\r\n.\r\n", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMessageThatCannotBeReadGetsANoteAndTheNextIsShown()
    {
        _campus.Add(1, "To: a\nSubject: 1\n\nfirst\n");
        _campus.Add(1, $"To: a\nSubject: 2\n\n{new string('x', 70)}\nend\n");
        _campus.Add(1, "To: a\nSubject: 3\n\nthird\n");
        _campus.Messages.PieceSize = 60;
        _campus.Messages.BeforeRead = (uid, pieces) =>
        {
            if (uid == 11 || (uid == 13 && pieces == 1)) throw new StoreException(StoreFailure.Corrupt, "torn");
        };
        var list = await ListAsync();
        Assert.StartsWith("3\r\nMAIL 1\r\nTo:\r\nFrom:\r\nTime:\r\nSubject:\r\n[This message cannot be read now.]\r\n.\r\nMAIL 2\r\n", list, StringComparison.Ordinal);
        Assert.Contains("\r\n[The rest of this message cannot be read now.]\r\n.\r\nMAIL 3\r\n", list, StringComparison.Ordinal);
        Assert.EndsWith("third\r\n.\r\n", list, StringComparison.Ordinal);
        Assert.Equal(2, _campus.Log.Of(720).Length);
    }

    [Fact]
    public async Task ThatItCannotBeMarkedAsReadIsNoHarm()
    {
        _campus.Add(1, "Subject: 1\n\nfirst\n");
        _campus.Messages.OnMark = StoreFailure.Busy;
        Assert.EndsWith("first\r\n.\r\n", await ListAsync(), StringComparison.Ordinal);
        Assert.Single(_campus.Log.Of(721));
    }

    [Fact]
    public async Task FiftyMegabytesAreShownInLittleMemory()
    {
        const int Lines = 700_000;
        var message = new MemoryStream();
        message.Write("Subject: big\r\n\r\n"u8);
        var line = Encoding.ASCII.GetBytes(new string('x', 70) + "\r\n");
        for (var i = 0; i < Lines; i++) message.Write(line);
        _campus.Messages.Add(1, message.ToArray());
        const int Held = 128 * 1024;
        await using var client = _campus.Connect(serverMayHold: Held);
        await client.SendAsync("HELO\r\nFTCH\r\nLGIN user1 password\r\nLIST\r\nQUIT\r\n");
        for (var i = 0; i < 9; i++) await client.NextAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Lines; i++)
        {
            Assert.Equal(70, (await client.NextAsync())!.Length);
            if (i == Lines / 2) Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 8 * 1024 * 1024);
        }

        Assert.Equal(".", await client.NextAsync());
        Assert.Equal("BYE", await client.NextAsync());
    }

    [Fact]
    public async Task AClientThatDoesNotReadIsCutOffAndWhatItReadIsMarked()
    {
        _campus.Add(1, "Subject: small\n\nfirst\n");
        _campus.Add(1, $"Subject: big\n\n{string.Concat(Enumerable.Repeat(new string('x', 70) + "\n", 4000))}");
        var client = _campus.Connect(serverMayHold: 64 * 1024);
        await client.SendAsync("HELO\r\nFTCH\r\nLGIN user1 password\r\nLIST\r\n");
        for (var i = 0; i < 4; i++) _campus.Time.Advance(TimeSpan.FromMinutes(1));
        await client.EndAsync();
        Assert.True(client.Aborted);
        Assert.Equal([11u], _campus.Messages.SeenUids(1));
        Assert.Contains("NotReading", Assert.Single(_campus.Log.Of(700)), StringComparison.Ordinal);
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData("", 3, "ERR No login in time, closing the connection.")]
    [InlineData("HELO\r\nFTCH\r\n", 3, "ERR No login in time, closing the connection.")]
    [InlineData("HELO\r\nFTCH\r\nLGIN user1 password\r\nHE", 11, "ERR Idle for too long, closing the connection.")]
    [InlineData("HELO\r\nMAIL\r\nSNDR user1 password\r\nRCPT user2\r\nDATA\r\nhello", 4, "ERR The text comes too slowly, closing the connection.")]
    public async Task WhoIsSilentForTooLongIsToldSo(string said, int minutes, string reason)
    {
        await using var client = _campus.Connect();
        await client.SendAsync(said);
        foreach (var verb in said.Split("\r\n")[..^1])
        {
            if (verb != "DATA") Assert.Equal("OK", await client.NextAsync());
        }

        _campus.Time.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal(reason, await client.NextAsync());
        Assert.Null(await client.NextAsync());
        Assert.Empty(_campus.Messages.All(2));
    }

    [Fact]
    public async Task AServerThatStopsSaysSoBetweenTwoCommands()
    {
        await using var client = _campus.Connect();
        await client.SendAsync("HELO\r\n");
        Assert.Equal("OK", await client.NextAsync());
        client.Connection.BeginDrain();
        Assert.Equal("ERR The server is stopping.", await client.NextAsync());
        Assert.Null(await client.NextAsync());
    }

    [Fact]
    public void WhoIsTurnedAwayIsToldSo()
    {
        var service = _campus.Service();
        Assert.Equal("ERR Too many connections, try again later.\r\n", Encoding.ASCII.GetString(service.Refusal(Wire.Listening.Admission.ServerFull).Span));
        Assert.Equal("ERR Too many connections from your address, try again later.\r\n", Encoding.ASCII.GetString(service.Refusal(Wire.Listening.Admission.AddressFull).Span));
    }

    [Fact]
    public async Task LogsWhatWasDoneAndNoPassword()
    {
        await using (var client = _campus.Connect())
        {
            await client.SendAsync("HELO\r\nMAIL\r\nSNDR user\"1 sesame\r\nSNDR user1 password\r\nRCPT user2\r\nDATA\r\nx\r\n.\r\nQUIT\r\n");
            await client.RestAsync();
        }

        Assert.Equal("progin login as \"user\\u00221\" from 127.0.0.1 failed: BadLogin", Assert.Single(_campus.Log.Of(710)));
        Assert.Contains("from user1@example.org: 1 recipients, 3 octets, accepted", Assert.Single(_campus.Log.Of(730)), StringComparison.Ordinal);
        Assert.StartsWith("progin session of user1@example.org from 127.0.0.1: 1 sent, 0 shown, Quit after ", Assert.Single(_campus.Log.Of(700)), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", string.Concat(_campus.Log.Lines), StringComparison.Ordinal);
    }

    private async Task<string> ListAsync()
    {
        await using var client = _campus.Connect();
        await client.SendAsync("HELO\r\nFTCH\r\nLGIN user1 password\r\nLIST\r\nQUIT\r\n");
        var said = Encoding.UTF8.GetString(await client.RestAsync());
        Assert.StartsWith("OK\r\nOK\r\nOK\r\n", said, StringComparison.Ordinal);
        Assert.EndsWith("BYE\r\n", said, StringComparison.Ordinal);
        Assert.Equal(0, _campus.Messages.ReadersOpen);
        return said[12..^5];
    }
}
