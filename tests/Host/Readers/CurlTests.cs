using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Host.Tests.Readers;

/// <summary>curl reads a maildrop message by message, keeps each octet for octet, and removes what it is told to.</summary>
public sealed class CurlTests(SharedRoom shared) : IClassFixture<SharedRoom>
{
    [Theory]
    [InlineData(Way.Plain)]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    public async Task ReadsAndRemovesEveryMessage(Way way)
    {
        var curl = Command.Need("curl");
        var room = await shared.OpenAsync(PostRoom.OpenAsync);
        var inbox = room.MakeFolder($"inbox-{way}");
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
        await room.AssertWholeAsync(PostRoom.UserOf(way));
        Assert.Equal(ids, (await RunAsync(room, curl, way, "", "-X", "UIDL")).Fine());
        (await RunAsync(room, curl, way, all, "-I", "-X", "DELE")).Fine();
        await room.AssertEmptyAsync(PostRoom.UserOf(way));
    }

    [Fact]
    public async Task LogsInByTheMechanismThatItIsTold()
    {
        var curl = Command.Need("curl");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        foreach (var (way, mechanism) in PostRoom.Choices("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "+APOP"))
        {
            var list = (await RunAsync(room, curl, way, "", "--login-options", $"AUTH={mechanism}")).Fine();
            Assert.Equal(list, (await RunAsync(room, curl, way, "", "--sasl-ir", "--login-options", $"AUTH={mechanism}")).Fine());
            Assert.Equal(room.Count, list.TrimEnd().Split('\n').Length);
            await room.AssertLoggedInAsync(mechanism.TrimStart('+'), way);
        }
    }

    [Theory]
    [InlineData(Way.StartTls)]
    [InlineData(Way.Tls)]
    public async Task GivesNoPasswordToACertificateThatItWasNotTold(Way way)
    {
        var curl = Command.Need("curl");
        await using var room = await PostRoom.OpenToOldMechanismsAsync();
        var stranger = await room.WriteAsync("stranger.pem", MakeCertificate());
        var result = await RunAsync(room, curl, way, "", "--cacert", stranger);
        Assert.Equal(60, result.Status); // its word for a certificate that nobody vouches for
        Assert.DoesNotContain("pop3 session of tls", room.Server.Log, StringComparison.Ordinal);
    }

    private static string MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=mx.example.org", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    private static Task<CommandResult> RunAsync(PostRoom room, string curl, Way way, string path, params string[] more)
    {
        var scheme = way == Way.Tls ? "pop3s" : "pop3";
        if (way == Way.StartTls) more = [.. more, "--ssl-reqd"];
        return room.RunAsync(curl, ["-q", "-sS", "-m", "60", "--cacert", room.Certificate, "-u", $"{PostRoom.UserOf(way)}:{PostRoom.Password}", .. more, $"{scheme}://{room.EndPoint(way)}/{path}"]);
    }
}
