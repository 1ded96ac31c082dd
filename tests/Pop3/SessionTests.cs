using System.Text;

namespace Merpati.Pop3.Tests;

/// <summary>Whole sessions, in one piece, octet by octet and cut at every point.</summary>
public sealed class SessionTests
{
    /// <summary>The session of the second seed, typed by hand: LF line ends, lower case. Its user has read up to message 4 before.</summary>
    [Fact]
    public async Task TheSessionOfTheSeed()
    {
        PostOffice? office = null;
        await new Transcript("""
            S: +OK mail.example.org POP3 Merpati ready
            c: user paul\n
            S: +OK
            c: pass Kukuru23432\n
            S: +OK paul's maildrop has 6 messages (12576 octets)
            c: stat\n
            S: +OK 6 12576
            c: list\n
            S: +OK 6 messages (12576 octets)
            S: 1 1447
            S: 2 2640
            S: 3 2296
            S: 4 1100
            S: 5 3025
            S: 6 2068
            S: .
            c: noop\n
            S: +OK
            c: last\n
            S: +OK 4 is the last read message.
            c: retr 4\n
            S: +OK 1100 octets

            """ + string.Concat(Encoding.ASCII.GetString(PostOffice.TextOf(1100)).Split("\r\n")[..^1].Select(line => $"S: {line}\n")) + """
            S: .
            c: dele 4\n
            S: +OK Message 4 has been deleted.
            c: rset 4\n
            S: -ERR Too many arguments for the RSET command.
            c: rset\n
            S: +OK Maildrop has 6 messages (12576 octets)
            c: last\n
            S: +OK 4 is the last read message.
            c: list\n
            S: +OK 6 messages (12576 octets)
            S: 1 1447
            S: 2 2640
            S: 3 2296
            S: 4 1100
            S: 5 3025
            S: 6 2068
            S: .
            c: quit\n
            S: +OK mail.example.org POP3 server signing off (6 messages left)
            S: [closed]
            """).PlayEveryWayAsync(() =>
        {
            office = new PostOffice();
            foreach (var uid in office.Messages.Uids(PostOffice.Paul)[..4]) office.Messages.See(PostOffice.Paul, uid);
            return office.Service();
        }, () =>
        {
            Assert.Equal((0, 0), (office!.Messages.Expunges, office.Messages.Marks));
            return Task.CompletedTask;
        });
    }
}
