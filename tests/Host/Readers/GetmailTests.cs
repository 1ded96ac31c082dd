using System.Security.Cryptography;

namespace Merpati.Host.Tests.Readers;

/// <summary>
/// getmail parses every message and writes it anew into a maildir, folding and mending as Python's library does, so what it should write is asked of
/// its own library. Its Debian release knows TLS from the first octet on and none after STLS.
/// </summary>
public sealed class GetmailTests
{
    // What getmail's own class makes of each message, given the lines that poplib would give it.
    private const string Rewrite = """
        import os, sys
        from getmailcore.message import Message
        source, target = sys.argv[1:]
        for name in os.listdir(source):
            with open(os.path.join(source, name), 'rb') as file:
                lines = file.read().split(b'\r\n')
            with open(os.path.join(target, name), 'wb') as file:
                file.write(Message(fromlines=lines).flatten(False, False))
        """;

    [Theory]
    [InlineData(Way.Plain)]
    public async Task ReadsEveryMessageOnceAndRemovesThem(Way way)
    {
        var getmail = Command.Need("getmail");
        await using var room = await PostRoom.OpenWithPartAsync("alice");
        var expected = await RewriteAsync(room);
        var kept = await RunAsync(room, getmail, way, "kept", removes: false);
        AssertSame(expected, kept);
        AssertSame(expected, await RunAsync(room, getmail, way, "kept", removes: false));
        await room.AssertWholeAsync("alice");

        AssertSame(expected, await RunAsync(room, getmail, way, "taken", removes: true));
        await room.AssertEmptyAsync("alice");
    }

    private static void AssertSame(List<byte[]> expected, List<byte[]> read) =>
        Assert.Equal(expected.Select(Convert.ToHexString).Order(StringComparer.Ordinal), read.Select(Convert.ToHexString).Order(StringComparer.Ordinal));

    private static async Task<List<byte[]>> RewriteAsync(PostRoom room)
    {
        var source = room.MakeFolder("source");
        var target = room.MakeFolder("target");
        foreach (var (message, index) in room.Messages.Select((message, index) => (message, index)))
        {
            await File.WriteAllBytesAsync(Path.Combine(source, $"{index}"), message);
        }

        // getmail's library is there for the system's own Python only.
        (await room.RunAsync("/usr/bin/python3", "-c", Rewrite, source, target)).Fine();
        return PostRoom.ReadFiles(target);
    }

    private static async Task<List<byte[]>> RunAsync(PostRoom room, string getmail, Way way, string name, bool removes)
    {
        var maildir = room.MakeMaildir(name);
        var user = "";
        if (Environment.IsPrivilegedProcess)
        {
            // It delivers nothing as root; then the maildir is somebody else's, who has to get there.
            (await Command.RunAsync("chown", ["-R", "nobody", maildir])).Fine();
            (await Command.RunAsync("chmod", ["711", Path.GetDirectoryName(room.Home)!, room.Home])).Fine();
            user = "user = nobody";
        }

        var fingerprint = await room.FingerprintAsync(HashAlgorithmName.SHA256);
        var retriever = way == Way.Tls
            ? $"type = SimplePOP3SSLRetriever\nca_certs = {room.Certificate}\nssl_fingerprints = ('{fingerprint}',)"
            : "type = SimplePOP3Retriever";
        var configuration = await room.WriteAsync($"getmailrc-{name}", $"""
            [retriever]
            {retriever}
            server = 127.0.0.1
            port = {room.EndPoint(way).Port}
            timeout = 30
            username = alice
            password = {PostRoom.Password}

            [destination]
            type = Maildir
            path = {maildir}/
            {user}

            [options]
            delete = {removes}
            read_all = false
            delivered_to = false
            received = false

            """);
        (await room.RunAsync(getmail, "--getmaildir", room.MakeFolder($"state-{name}"), "--rcfile", configuration)).Fine();
        return PostRoom.ReadMaildir(maildir);
    }
}
