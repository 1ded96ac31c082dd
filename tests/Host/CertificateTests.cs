using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Host.Tests;

/// <summary>Certificates from files, and our own where there are none.</summary>
[SupportedOSPlatform("linux")]
public sealed class CertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AChangedCertificateTakesOverWithoutDroppingAnyone()
    {
        Write("mx.example.org", "first");
        await using var server = await RunningServer.StartAsync(Data, "--set", $"Tls:Certificate={_folder["pair.pem"]}");
        using var before = await MailDialogue.GreetAsync(server);
        Assert.Contains("OU=first", (await before.StartTlsAsync()).Subject, StringComparison.Ordinal);
        Write("mx.example.org", "second");
        await Patience.UntilAsync("the new certificate", async () =>
        {
            using var smtp = await MailDialogue.GreetAsync(server);
            using var shown = await smtp.StartTlsAsync();
            return shown.Subject.Contains("OU=second", StringComparison.Ordinal);
        });
        Assert.StartsWith("250", await before.AskAsync("EHLO client.example.com"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OurOwnCertificateStaysTheSameAndIsMadeAnewForAnotherHostName()
    {
        var file = Path.Combine(Data, "tls", "self-signed.crt");
        await using (await RunningServer.StartAsync(Data))
        {
        }

        var first = await File.ReadAllTextAsync(file);
        await using (await RunningServer.StartAsync(Data))
        {
        }

        Assert.Equal(first, await File.ReadAllTextAsync(file));
        await using (await RunningServer.StartAsync(Data, "--set", "Server:HostName=other.example.org"))
        {
        }

        Assert.NotEqual(first, await File.ReadAllTextAsync(file));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Data, "tls", "self-signed.key")));
    }

    [Fact]
    public async Task AFileThatIsNoCertificateStopsTheStartWithALine()
    {
        await File.WriteAllTextAsync(_folder["pair.pem"], "nonsense");
        string[] ports = [.. new[] { "smtp", "submission", "submissions", "pop3", "pop3s" }.SelectMany(name => new[] { "--set", $"Listeners:{name}:Endpoint=127.0.0.1:0" })];
        foreach (var setting in new[] { $"Tls:Certificate={_folder["pair.pem"]}", $"Tls:Certificate={_folder["missing.pem"]}", $"Tls:ClientAuthorities={_folder["pair.pem"]}", "Tls:Key=only.pem" })
        {
            var result = await Command.MerpatiAsync(Data, null, ["serve", .. ports, "--set", setting]);
            Assert.True(result.Status == 1, $"{setting}: {result}");
            Assert.Single(result.Error.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public async Task CheckTellsHowCertificatesAndKeysAre()
    {
        await RunningServer.PrepareAsync(Data, "alice");
        string[] quiet = [.. new[] { "smtp", "submission", "submissions", "pop3", "pop3s" }.SelectMany(name => new[] { "--set", $"Listeners:{name}:Endpoint=off" }), "--set", "Server:HostName=mx.example.org"];
        Assert.Contains("the first start makes a self-signed one", (await Command.MerpatiAsync(Data, null, ["check", .. quiet])).Fine(), StringComparison.Ordinal);
        await using (await RunningServer.StartAsync(Data))
        {
        }

        var report = (await Command.MerpatiAsync(Data, null, ["check", .. quiet])).Fine();
        Assert.Contains("is for mx.example.org, until ", report, StringComparison.Ordinal);
        Assert.Contains("is self-signed", report, StringComparison.Ordinal);
        Assert.Contains("secret.key is its owner's alone", report, StringComparison.Ordinal);

        File.SetUnixFileMode(Path.Combine(Data, "keys", "secret.key"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Write("elsewhere.example.net", "x");
        var doubtful = await Command.MerpatiAsync(Data, null, ["check", .. quiet, "--set", $"Tls:Certificate={_folder["pair.pem"]}"]);
        Assert.Equal(1, doubtful.Status);
        Assert.Contains("is for elsewhere.example.net, not for mx.example.org", doubtful.Output, StringComparison.Ordinal);
        Assert.Contains("chmod 600 ", doubtful.Output, StringComparison.Ordinal);
        var served = await Command.MerpatiAsync(Data, null, "serve");
        Assert.Equal(1, served.Status);
        Assert.Contains("secret.key", served.Error, StringComparison.Ordinal);
    }

    // Certificate and key in one file, put in place at once as certificate programs do.
    private void Write(string host, string unit)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}, OU={unit}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(60));
        File.WriteAllText(_folder["draft.pem"], certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        File.Move(_folder["draft.pem"], _folder["pair.pem"], overwrite: true);
    }
}
