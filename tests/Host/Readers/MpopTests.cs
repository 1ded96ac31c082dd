using System.Security.Cryptography;

namespace Merpati.Host.Tests.Readers;

/// <summary>mpop reads into a maildir, changes nothing but the line ends, and remembers by UIDL what it has.</summary>
public sealed class MpopTests(SharedRoom shared) : IClassFixture<SharedRoom>
{
    [Theory]
    [InlineData(Way.Plain)]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    public async Task ReadsEveryMessageOnceAndRemovesThem(Way way)
    {
        var mpop = Command.Need("mpop");
        var room = await shared.OpenAsync(PostRoom.OpenAsync);
        var kept = room.MakeMaildir($"kept-{way}");
        var keeping = await ConfigureAsync(room, way, kept, "auth user", "keep on");
        (await room.RunAsync(mpop, "-C", keeping, "reader")).Fine();
        room.AssertRead(PostRoom.ReadMaildir(kept), KeptText.WithUnixLines);
        Assert.Contains("no messages", (await room.RunAsync(mpop, "-C", keeping, "reader")).Fine(), StringComparison.Ordinal);
        Assert.Equal(room.Count, PostRoom.ReadMaildir(kept).Count);
        await room.AssertWholeAsync(PostRoom.UserOf(way));

        var taken = room.MakeMaildir($"taken-{way}");
        (await room.RunAsync(mpop, "-C", await ConfigureAsync(room, way, taken, "auth user", "keep off"), "reader")).Fine();
        room.AssertRead(PostRoom.ReadMaildir(taken), KeptText.WithUnixLines);
        await room.AssertEmptyAsync(PostRoom.UserOf(way));
    }

    [Fact]
    public async Task LogsInByTheMechanismThatItIsTold()
    {
        var mpop = Command.Need("mpop");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        foreach (var (way, mechanism) in PostRoom.Choices("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "APOP"))
        {
            var inbox = room.MakeMaildir($"{mechanism}-{way}");
            var configuration = await ConfigureAsync(room, way, inbox, $"auth {mechanism.ToLowerInvariant()}", "keep on");
            (await room.RunAsync(mpop, "-C", configuration, "reader")).Fine();
            room.AssertRead(PostRoom.ReadMaildir(inbox), KeptText.WithUnixLines);
            await room.AssertLoggedInAsync(mechanism, way);
        }
    }

    [Fact]
    public async Task GivesNoPasswordToACertificateWithAnotherFingerprint()
    {
        var mpop = Command.Need("mpop");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        var right = await room.FingerprintAsync(HashAlgorithmName.SHA256);
        var configuration = await ConfigureAsync(room, Way.Tls, room.MakeMaildir("inbox"), "auth plain");
        await File.WriteAllTextAsync(configuration, (await File.ReadAllTextAsync(configuration)).Replace(right, $"{right[3..]}:{right[..2]}", StringComparison.Ordinal));
        Assert.Contains("fingerprint does not match", (await room.RunAsync(mpop, "-C", configuration, "reader")).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pop3 session of tls", room.Server.Log, StringComparison.Ordinal);
    }

    private static async Task<string> ConfigureAsync(PostRoom room, Way way, string maildir, params string[] more)
    {
        // STLS believes the certificate as an authority, TLS by its fingerprint.
        var tls = way switch
        {
            Way.Plain => "tls off",
            Way.StartTls => $"tls on\ntls_starttls on\ntls_trust_file {room.Certificate}",
            _ => $"tls on\ntls_starttls off\ntls_fingerprint {await room.FingerprintAsync(HashAlgorithmName.SHA256)}",
        };
        var name = Path.GetFileName(maildir);
        return await room.WriteAsync($"mpoprc-{name}", $"""
            account reader
            host 127.0.0.1
            port {room.EndPoint(way).Port}
            timeout 30
            user {PostRoom.UserOf(way)}
            password {PostRoom.Password}
            {tls}
            delivery maildir {maildir}
            received_header off
            uidls_file {room.Home}/uidls-{name}
            {string.Join('\n', more)}

            """);
    }
}
