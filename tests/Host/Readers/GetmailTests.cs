using System.Security.Cryptography;

namespace Merpati.Host.Tests.Readers;

/// <summary>
/// getmail parses every message and writes it anew into a maildir, folding and mending as Python's library does, so what it should write is asked of
/// its own library. Its Debian release knows TLS from the first octet on and none after STLS.
/// </summary>
public sealed class GetmailTests(SharedRoom shared) : IClassFixture<SharedRoom>
{
    private const int MaxTries = 5;

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
    [InlineData(Way.Tls)]
    public async Task ReadsEveryMessageOnceAndRemovesThem(Way way)
    {
        Command.Need("getmail");
        var room = await shared.OpenAsync(PostRoom.OpenWithPartAsync);
        var expected = await RewriteAsync(room, way);
        var kept = await RunAsync(room, way, "kept", removes: false);
        AssertSame(expected, kept);
        Assert.Equal(kept.Count, (await RunAsync(room, way, "kept", removes: false)).Count);
        await room.AssertWholeAsync(PostRoom.UserOf(way));

        AssertSame(expected, await RunAsync(room, way, "taken", removes: true));
        await room.AssertEmptyAsync(PostRoom.UserOf(way));
    }

    [Fact]
    public async Task LogsInByApopWhereItIsAllowed()
    {
        Command.Need("getmail");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        AssertSame(await RewriteAsync(room, Way.Tls), await RunAsync(room, Way.Tls, "kept", removes: false, apop: true));
        await room.AssertLoggedInAsync("APOP", Way.Tls);
    }

    // Each message has an id of its own, so that there are no two alike to begin with.
    private static void AssertSame(List<byte[]> expected, List<byte[]> read) => Assert.Equal(
        expected.Select(Convert.ToHexString).Order(StringComparer.Ordinal), read.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static async Task<List<byte[]>> RewriteAsync(PostRoom room, Way way)
    {
        var source = room.MakeFolder($"source-{way}");
        var target = room.MakeFolder($"target-{way}");
        foreach (var (message, index) in room.Messages.Select((message, index) => (message, index)))
        {
            await File.WriteAllBytesAsync(Path.Combine(source, $"{index}"), message);
        }

        // getmail's library is there for the system's own Python only.
        (await room.RunAsync("/usr/bin/python3", "-c", Rewrite, source, target)).Fine();
        return PostRoom.ReadFiles(target);
    }

    private static async Task<List<byte[]>> RunAsync(PostRoom room, Way way, string name, bool removes, bool apop = false)
    {
        name = $"{name}-{way}";
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
            ? $"type = SimplePOP3SSLRetriever\nca_certs = {room.Certificate}\nssl_fingerprints = ('{fingerprint.Replace(":", "", StringComparison.Ordinal)}',)"
            : "type = SimplePOP3Retriever";
        var configuration = await room.WriteAsync($"getmailrc-{name}", $"""
            [retriever]
            {retriever}
            server = 127.0.0.1
            port = {room.EndPoint(way).Port}
            timeout = 10
            username = {PostRoom.UserOf(way)}
            password = {PostRoom.Password}
            use_apop = {apop}

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
        await RunAsync(room, configuration, room.MakeFolder($"state-{name}"));
        return PostRoom.ReadMaildir(maildir);
    }

    // It forks for each message and begins to listen for the child's end only then: on a busy machine it misses one that is quick, waits in vain and
    // gives up, with a message delivered that it has not noted down. That is its own, so it is run again and may have such a message twice.
    private static async Task RunAsync(PostRoom room, string configuration, string state)
    {
        for (var tries = 1; ; tries++)
        {
            var result = await room.RunAsync(Command.Need("getmail"), "--getmaildir", state, "--rcfile", configuration);
            if (tries < MaxTries && result.Error.Contains("waiting child pid", StringComparison.Ordinal)) continue;
            result.Fine();
            return;
        }
    }
}
