using System.Security.Cryptography;

namespace Merpati.Host.Tests.Readers;

/// <summary>
/// fetchmail hands every message to a program, here one that writes it into a file. Told to be invisible and to rewrite nothing it changes one
/// thing only: a message without an empty line, which is all header, gets one at its end.
/// </summary>
public sealed class FetchmailTests(SharedRoom shared) : IClassFixture<SharedRoom>
{
    [Theory]
    [InlineData(Way.Plain)]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    public async Task ReadsEveryMessageOnceAndRemovesThem(Way way)
    {
        var fetchmail = Command.Need("fetchmail");
        var room = await shared.OpenAsync(PostRoom.OpenWithPartAsync);
        await RunAsync(room, fetchmail, way, "kept", "uidl auth password", "keep");
        room.AssertRead(PostRoom.ReadFiles(Path.Combine(room.Home, $"kept-{way}")), AsHandedOn);
        await RunAsync(room, fetchmail, way, "kept", "uidl auth password", "keep");
        Assert.Equal(room.Count, PostRoom.ReadFiles(Path.Combine(room.Home, $"kept-{way}")).Count);
        await room.AssertWholeAsync(PostRoom.UserOf(way));

        await RunAsync(room, fetchmail, way, "taken", "uidl auth password", "no keep");
        room.AssertRead(PostRoom.ReadFiles(Path.Combine(room.Home, $"taken-{way}")), AsHandedOn);
        await room.AssertEmptyAsync(PostRoom.UserOf(way));
    }

    [Fact]
    public async Task LogsInByTheMechanismThatItIsTold()
    {
        var fetchmail = Command.Need("fetchmail");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        foreach (var (way, mechanism) in PostRoom.Choices("CRAM-MD5", "APOP"))
        {
            if (way == Way.StartTls && mechanism == "APOP") continue; // with "protocol apop" it never says STLS, whatever sslproto demands
            string[] options = mechanism == "APOP" ? ["uidl", "keep", "apop"] : [$"uidl auth {mechanism.ToLowerInvariant()}", "keep"];
            await RunAsync(room, fetchmail, way, mechanism, options);
            await room.AssertLoggedInAsync(mechanism, way);
            room.AssertRead(PostRoom.ReadFiles(Path.Combine(room.Home, $"{mechanism}-{way}")), AsHandedOn);
        }
    }

    private static byte[] AsHandedOn(byte[] message) => message.AsSpan().IndexOf("\r\n\r\n"u8) < 0 ? [.. message, .. "\r\n"u8] : message;

    // Status 1 is its word for "nothing new".
    private static async Task<CommandResult> RunAsync(PostRoom room, string fetchmail, Way way, string name, params string[] options)
    {
        name = $"{name}-{way}";
        var (server, user, protocol) = (options[0], options[1], options.ElementAtOrDefault(2) ?? "pop3");
        var inbox = room.MakeFolder(name);
        var taker = await room.WriteAsync($"take-{name}", $"exec cat >\"$(mktemp -p {inbox})\"\n");
        var fingerprint = await room.FingerprintAsync(HashAlgorithmName.MD5);
        var tls = way switch
        {
            Way.Plain => "sslproto ''",
            Way.StartTls => $"sslproto 'auto' sslcertck sslcertfile '{room.Certificate}' sslcommonname 'mx.example.org'",
            _ => $"ssl sslcertck sslcertfile '{room.Certificate}' sslcommonname 'mx.example.org' sslfingerprint '{fingerprint}'",
        };
        var configuration = await room.WriteAsync($"fetchmailrc-{name}", $"""
            set no bouncemail
            set no spambounce
            set invisible
            poll 127.0.0.1 protocol {protocol} service {room.EndPoint(way).Port} timeout 30 bad-header accept {server}
              user "{PostRoom.UserOf(way)}" password "{PostRoom.Password}" {tls}
              mda "/bin/sh {taker}"
              no rewrite no mimedecode no stripcr pass8bits no dropstatus no dropdelivered {user}

            """);
        var result = await room.RunAsync("env", $"FETCHMAILHOME={room.Home}", fetchmail, "-v", "-f", configuration, "--nosyslog",
            "--pidfile", Path.Combine(room.Home, "fetchmail.pid"), "--idfile", Path.Combine(room.Home, $"ids-{name}"));
        Assert.True(result.Status is 0 or 1, $"status {result.Status}\n{result.Output}\n{result.Error}");
        return result;
    }
}
