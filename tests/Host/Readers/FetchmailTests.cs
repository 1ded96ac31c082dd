using System.Security.Cryptography;

namespace Merpati.Host.Tests.Readers;

/// <summary>
/// fetchmail hands every message to a program, here one that writes it into a file. Told to be invisible and to rewrite nothing it changes one
/// thing only: a message without an empty line, which is all header, gets one at its end.
/// </summary>
public sealed class FetchmailTests
{
    [Theory]
    [InlineData(Way.Plain)]
    public async Task ReadsEveryMessageOnceAndRemovesThem(Way way)
    {
        var fetchmail = Command.Need("fetchmail");
        await using var room = await PostRoom.OpenWithPartAsync("alice");
        await RunAsync(room, fetchmail, way, "kept", "uidl", "keep");
        room.AssertRead(PostRoom.ReadFiles(Path.Combine(room.Home, "kept")), AsHandedOn);
        await RunAsync(room, fetchmail, way, "kept", "uidl", "keep");
        Assert.Equal(room.Count, PostRoom.ReadFiles(Path.Combine(room.Home, "kept")).Count);
        await room.AssertWholeAsync("alice");

        await RunAsync(room, fetchmail, way, "taken", "uidl", "no keep");
        room.AssertRead(PostRoom.ReadFiles(Path.Combine(room.Home, "taken")), AsHandedOn);
        await room.AssertEmptyAsync("alice");
    }

    private static byte[] AsHandedOn(byte[] message) => message.AsSpan().IndexOf("\r\n\r\n"u8) < 0 ? [.. message, .. "\r\n"u8] : message;

    // Status 1 is its word for "nothing new".
    private static async Task<CommandResult> RunAsync(PostRoom room, string fetchmail, Way way, string name, string server, string user)
    {
        var inbox = room.MakeFolder(name);
        var taker = await room.WriteAsync($"take-{name}", $"exec cat >\"$(mktemp -p {inbox})\"\n");
        var fingerprint = string.Join(':', (await room.FingerprintAsync(HashAlgorithmName.MD5)).Chunk(2).Select(digits => new string(digits)));
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
            poll 127.0.0.1 protocol pop3 service {room.EndPoint(way).Port} timeout 30 bad-header accept {server}
              user "alice" password "{PostRoom.Password}" {tls}
              mda "/bin/sh {taker}"
              no rewrite no mimedecode no stripcr pass8bits no dropstatus no dropdelivered {user}

            """);
        var result = await room.RunAsync("env", $"FETCHMAILHOME={room.Home}", fetchmail, "-v", "-f", configuration, "--nosyslog",
            "--pidfile", Path.Combine(room.Home, "fetchmail.pid"), "--idfile", Path.Combine(room.Home, $"ids-{name}"));
        Assert.True(result.Status is 0 or 1, $"status {result.Status}\n{result.Output}\n{result.Error}");
        return result;
    }
}
