using System.Globalization;

namespace Merpati.Host.Tests.Readers;

/// <summary>curl reads a maildrop message by message, keeps each octet for octet, and removes what it is told to.</summary>
public sealed class CurlTests
{
    [Theory]
    [InlineData(Way.Plain)]
    public async Task ReadsAndRemovesEveryMessage(Way way)
    {
        var curl = Command.Need("curl");
        await using var room = await PostRoom.OpenAsync("alice");
        var inbox = room.MakeFolder("inbox");
        var all = $"[1-{room.Count}]";
        (await RunAsync(room, curl, way, all, "-o", Path.Combine(inbox, "#1.eml"))).Fine();
        Assert.Equal(room.Count, Directory.GetFiles(inbox).Length);
        for (var number = 1; number <= room.Count; number++)
        {
            var read = await File.ReadAllBytesAsync(Path.Combine(inbox, string.Create(CultureInfo.InvariantCulture, $"{number}.eml")));
            Assert.True(room.Messages.ElementAt(number - 1).AsSpan().SequenceEqual(read), $"message {number} came otherwise than it is");
        }

        var list = (await RunAsync(room, curl, way, "", "-l")).Fine();
        Assert.Equal(room.Messages.Select((message, index) => $"{index + 1} {message.Length}"), list.TrimEnd().Split("\r\n"));
        var ids = (await RunAsync(room, curl, way, "", "-X", "UIDL")).Fine();
        await room.AssertWholeAsync("alice");
        Assert.Equal(ids, (await RunAsync(room, curl, way, "", "-X", "UIDL")).Fine());
        (await RunAsync(room, curl, way, all, "-I", "-X", "DELE")).Fine();
        await room.AssertEmptyAsync("alice");
    }

    private static Task<CommandResult> RunAsync(PostRoom room, string curl, Way way, string path, params string[] more)
    {
        var scheme = way == Way.Tls ? "pop3s" : "pop3";
        if (way == Way.StartTls) more = [.. more, "--ssl-reqd"];
        return room.RunAsync(curl, ["-q", "-sS", "-m", "60", "--cacert", room.Certificate, "-u", $"alice:{PostRoom.Password}", .. more, $"{scheme}://{room.EndPoint(way)}/{path}"]);
    }
}
