using System.Globalization;

namespace Merpati.Host.Tests.Readers;

/// <summary>A program of a few lines with Python's poplib, as administrators write them.</summary>
public sealed class PoplibTests(SharedRoom shared) : IClassFixture<SharedRoom>
{
    private const string Program = """
        import poplib, ssl, sys
        way, port, certificate, user, login, removes, inbox = sys.argv[1:]
        context = ssl.create_default_context(cafile=certificate) if way != 'Plain' else None
        if way == 'Tls':
            drop = poplib.POP3_SSL('127.0.0.1', int(port), context=context, timeout=30)
        else:
            drop = poplib.POP3('127.0.0.1', int(port), timeout=30)
        if way == 'StartTls':
            drop.stls(context)
        if login == 'apop':
            drop.apop(user + '@example.org', 'secret')
        else:
            drop.user(user)
            drop.pass_('secret')
        count, octets = drop.stat()
        sizes = [int(line.split()[1]) for line in drop.list()[1]]
        ids = [line.split()[1] for line in drop.uidl()[1]]
        assert len(sizes) == count and sum(sizes) == octets and len(set(ids)) == count, (count, octets, sizes, ids)
        for number in range(1, count + 1):
            lines = drop.retr(number)[1]
            text = b''.join(line + b'\r\n' for line in lines)
            assert len(text) == sizes[number - 1], (number, len(text), sizes[number - 1])
            header = lines[:lines.index(b'') + 1] if b'' in lines else lines
            assert drop.top(number, 0)[1] == header, number
            with open('%s/%d' % (inbox, number), 'wb') as file:
                file.write(text)
            if removes == 'True':
                drop.dele(number)
        drop.quit()
        print(b' '.join(ids).decode('ascii'))
        """;

    private const string Utf8Program = """
        import poplib, sys
        port, number = map(int, sys.argv[1:])
        drop = poplib.POP3('127.0.0.1', port, timeout=30)
        assert 'UTF8' in drop.capa() and 'LANG' in drop.capa()
        drop.utf8()
        drop._shortcmd('LANG ru')
        drop.user('plain')
        drop.pass_('secret')
        lines = drop.retr(number)[1]
        sys.stdout.buffer.write(b'\n'.join(line for line in lines if line.startswith(b'Subject:')) + b'\n')
        assert drop.retr(1)[1][-1:] == [b'.'], 'the message that ends in a dot'
        goodbye = drop.quit().decode('utf-8')
        assert any('а' <= letter <= 'я' for letter in goodbye), goodbye
        """;

    [Theory]
    [InlineData(Way.Plain)]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    public async Task ReadsAndRemovesEveryMessage(Way way)
    {
        var python = Command.Need("python3");
        var room = await shared.OpenAsync(PostRoom.OpenWithPartAsync);
        var first = await ReadAsync(room, python, way, removes: false);
        await room.AssertWholeAsync(PostRoom.UserOf(way));
        Assert.Equal(first, await ReadAsync(room, python, way, removes: true));
        await room.AssertEmptyAsync(PostRoom.UserOf(way));
    }

    [Fact]
    public async Task ReadsInternationalizedMailInUtf8Mode()
    {
        var python = Command.Need("python3");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        using (var smtp = await MailDialogue.GreetAsync(room.Server))
        {
            Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<sender@example.com> BODY=8BITMIME SMTPUTF8"), StringComparison.Ordinal);
            Assert.StartsWith("250", await smtp.AskAsync("RCPT TO:<plain@example.org>"), StringComparison.Ordinal);
            Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
            await smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message("доброе утро")));
            Assert.StartsWith("250 2.0.0", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
        }

        var said = (await room.RunAsync(python, "-c", Utf8Program, $"{room.Server.Pop3.Port}", $"{room.Count + 1}")).Fine();
        Assert.Equal("Subject: доброе утро\n", said);
    }

    [Fact]
    public async Task LogsInByApopWhereItIsAllowed()
    {
        var python = Command.Need("python3");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        foreach (var way in Enum.GetValues<Way>())
        {
            await ReadAsync(room, python, way, removes: false, "apop");
            await room.AssertLoggedInAsync("APOP", way);
        }
    }

    // The unique-ids that it saw; every message has come octet for octet.
    private static async Task<string> ReadAsync(PostRoom room, string python, Way way, bool removes, string login = "user")
    {
        var inbox = room.MakeFolder($"inbox-{way}-{removes}");
        var port = room.EndPoint(way).Port.ToString(CultureInfo.InvariantCulture);
        var ids = (await room.RunAsync(python, "-c", Program, $"{way}", port, room.Certificate, PostRoom.UserOf(way), login, $"{removes}", inbox)).Fine();
        room.AssertRead(PostRoom.ReadFiles(inbox), KeptText.AsItIs);
        return ids;
    }
}
