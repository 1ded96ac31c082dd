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
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
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

    [Theory]
    [InlineData(Way.Plain)]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    public async Task LogsInByTheMechanismThatItIsTold(Way way)
    {
        var fetchmail = Command.Need("fetchmail");
        await using var room = await PostRoom.OpenToOldWaysAsync();
        var names = new List<string> { "cram-md5", "password" };
        if (way != Way.StartTls)
        {
            // With "protocol apop" it never says STLS, whatever sslproto demands.
            names.Add("apop");
            await RunAsync(room, fetchmail, way, "apop", "uidl", "keep", "apop");
            await room.AssertLoggedInAsync("APOP", way);
        }

        await RunAsync(room, fetchmail, way, "cram-md5", "uidl auth cram-md5", "keep");
        await room.AssertLoggedInAsync("CRAM-MD5", way);
        await RunAsync(room, fetchmail, way, "password", "uidl auth password", "no keep");
        foreach (var name in names) room.AssertRead(PostRoom.ReadFiles(Path.Combine(room.Home, name)), AsHandedOn);
        await room.AssertEmptyAsync("alice");
    }

    private static byte[] AsHandedOn(byte[] message) => message.AsSpan().IndexOf("\r\n\r\n"u8) < 0 ? [.. message, .. "\r\n"u8] : message;

    // Status 1 is its word for "nothing new".
    private static async Task<CommandResult> RunAsync(PostRoom room, string fetchmail, Way way, string name, params string[] options)
    {
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
