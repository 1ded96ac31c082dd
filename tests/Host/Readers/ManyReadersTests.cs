using System.Globalization;

namespace Merpati.Host.Tests.Readers;

/// <summary>Real clients, all at once, each at its own maildrop.</summary>
public sealed class ManyReadersTests
{
    private const int Readers = 20;

    [Fact]
    public async Task TwentyReadersAtOnceEachGetTheirOwnMail()
    {
        var (curl, mpop) = (Command.Need("curl"), Command.Need("mpop"));
        var users = Enumerable.Range(0, Readers).Select(number => string.Create(CultureInfo.InvariantCulture, $"reader{number}")).ToArray();
        await using var room = await PostRoom.OpenWithPartAsync(users);
        using (var smtp = await MailDialogue.GreetAsync(room.Server))
        {
            foreach (var user in users)
            {
                var reply = await MailDialogue.SendAsync(smtp, MailDialogue.Message($"only for {user}"), $"{user}@example.org");
                Assert.StartsWith("250 2.0.0", reply, StringComparison.Ordinal);
            }
        }

        var read = await Task.WhenAll(users.Select((user, number) => number % 2 == 0 ? ReadByMpopAsync(room, mpop, user) : ReadByCurlAsync(room, curl, user)));
        foreach (var (user, messages) in users.Zip(read))
        {
            Func<byte[], byte[]> asKept = Array.IndexOf(users, user) % 2 == 0 ? KeptText.WithUnixLines : KeptText.AsItIs;
            var own = Assert.Single(messages, message => message.AsSpan().IndexOf("Subject: only for "u8) >= 0);
            Assert.True(own.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes($"Subject: only for {user}{(asKept == KeptText.AsItIs ? "\r" : "")}\n")) >= 0, $"{user} got somebody else's mail");
            room.AssertRead(messages.Where(message => message != own), asKept);
            using var pop3 = await MailDialogue.LogInAsync(room.Server, user);
            Assert.Equal("+OK 0 0", await pop3.AskAsync("STAT"));
        }
    }

    private static async Task<List<byte[]>> ReadByMpopAsync(PostRoom room, string mpop, string user)
    {
        var maildir = room.MakeMaildir(user);
        var configuration = await room.WriteAsync($"mpoprc-{user}", $"""
            account reader
            host 127.0.0.1
            port {room.Server.Pop3.Port}
            timeout 60
            user {user}
            password {PostRoom.Password}
            tls off
            auth user
            delivery maildir {maildir}
            received_header off
            keep off
            uidls_file {room.Home}/uidls-{user}

            """);
        (await room.RunAsync(mpop, "-C", configuration, "reader")).Fine();
        return PostRoom.ReadMaildir(maildir);
    }

    private static async Task<List<byte[]>> ReadByCurlAsync(PostRoom room, string curl, string user)
    {
        var inbox = room.MakeFolder(user);
        string[] common = ["-q", "-sS", "-m", "60", "-u", $"{user}:{PostRoom.Password}"];
        var all = $"pop3://{room.Server.Pop3}/[1-{room.Count + 1}]";
        (await room.RunAsync(curl, [.. common, "-o", Path.Combine(inbox, "#1.eml"), all])).Fine();
        (await room.RunAsync(curl, [.. common, "-I", "-X", "DELE", all])).Fine();
        return PostRoom.ReadFiles(inbox);
    }
}
