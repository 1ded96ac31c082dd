using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Merpati.Transcripts;
using Merpati.Wire.Tls;
using Microsoft.Extensions.Logging;

namespace Merpati.Wire.Tests.Tls;

public sealed class PemCertificatesTests : IDisposable, ILogger
{
    private static readonly TimeSpan AWhile = TimeSpan.FromSeconds(6);

    private readonly CertificateFolder _folder = new();
    private readonly FakeTime _time = new();
    private readonly ConcurrentQueue<string> _log = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, "a.test")]
    [InlineData("a.test", "a.test")]
    [InlineData("b.test", "b.test")]
    [InlineData("B.Test", "b.test")]
    [InlineData("mail.b.test", "b.test")]
    [InlineData("x.wild.test", "*.wild.test")]
    [InlineData("x.y.wild.test", "a.test")]
    [InlineData("wild.test", "a.test")]
    [InlineData(".wild.test", "a.test")]
    [InlineData("*.wild.test", "*.wild.test")]
    [InlineData("unknown.test", "a.test")]
    public void ChoosesByNameOrTakesTheFirst(string? asked, string name)
    {
        using var certificates = Read(_folder.Make("a", "a.test"), _folder.Make("b", "b.test", "mail.b.test"), _folder.Make("w", "*.wild.test"));
        Assert.Equal("CN=" + name, certificates.Find(asked).TargetCertificate.Subject);
        Assert.Same(certificates.Find(asked), certificates.Find(asked));
    }

    [Fact]
    public async Task ServesEachNameItsOwn()
    {
        using var certificates = Read(_folder.Make("a", "a.test"), _folder.Make("b", "b.test"));
        var tls = new TlsServer(new TlsServerOptions { Certificates = certificates });
        foreach (var (asked, name) in new[] { ("b.test", "b.test"), ("a.test", "a.test"), ("c.test", "a.test"), ("", "a.test") })
        {
            await using var peer = new WiredPeer(new CommandService(tls));
            await peer.SecureAsync(WiredPeer.Trusting(asked));
            Assert.Equal("CN=" + name, peer.Secured.RemoteCertificate!.Subject);
            Assert.Equal(asked.Length > 0 ? asked : "nobody", await peer.AskAsync("name"));
        }
    }

    [Fact]
    public async Task TakesWhatHasChangedAndLeavesConnectionsAlone()
    {
        var files = _folder.Make("a", "old.test");
        using var certificates = Read(files);
        var tls = new TlsServer(new TlsServerOptions { Certificates = certificates });
        await using var before = new WiredPeer(new CommandService(tls));
        await before.SecureAsync();
        _folder.Make("a", "new.test");
        Assert.Equal("CN=old.test", certificates.Find(null).TargetCertificate.Subject);
        _time.Advance(AWhile);
        Assert.Equal("CN=new.test", certificates.Find(null).TargetCertificate.Subject);
        Assert.Equal(["new.test"], certificates.Current[0].Names);
        Assert.Contains("read anew", Assert.Single(_log), StringComparison.Ordinal);
        await using var after = new WiredPeer(new CommandService(tls));
        await after.SecureAsync();
        Assert.Equal("CN=old.test", before.Secured.RemoteCertificate!.Subject);
        Assert.Equal("CN=new.test", after.Secured.RemoteCertificate!.Subject);
        Assert.Equal("tls still", await before.AskAsync("still"));
    }

    [Fact]
    public async Task KeepsTheOldOneUntilTheNewIsWhole()
    {
        var files = _folder.Make("a", "old.test");
        using var certificates = Read(files);
        var fresh = _folder.Make("fresh", "new.test");
        var text = await File.ReadAllTextAsync(fresh.Certificate);
        await File.WriteAllTextAsync(files.Certificate, text[..200]); // half written
        Assert.False(certificates.Refresh());
        await File.WriteAllTextAsync(files.Certificate, text); // whole, but the key is the old one's
        _time.Advance(AWhile);
        Assert.Equal("CN=old.test", certificates.Find("new.test").TargetCertificate.Subject);
        Assert.Equal(2, _log.Count);
        Assert.All(_log, line => Assert.Contains("Warning the new certificate is not used", line, StringComparison.Ordinal));
        _time.Advance(AWhile);
        Assert.Equal(2, _log.Count); // said once
        File.Delete(files.Key);
        _time.Advance(AWhile);
        Assert.Equal("CN=old.test", certificates.Find(null).TargetCertificate.Subject);
        File.Copy(fresh.Key, files.Key);
        _time.Advance(AWhile);
        Assert.Equal("CN=new.test", certificates.Find(null).TargetCertificate.Subject);
    }

    [Fact]
    public void SaysInOneLineWhatIsWrongAtTheStart()
    {
        var good = _folder.Make("good", "a.test");
        var other = _folder.Make("other", "a.test");
        var empty = _folder.Files("empty");
        File.WriteAllText(empty.Certificate, "no certificate here\n");
        File.WriteAllText(empty.Key, "");
        var sealedKey = _folder.Files("sealed");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            File.WriteAllText(sealedKey.Key, key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)));
        }

        Assert.Contains("cannot be read", Fault(_folder.Files("missing")), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Fault(good with { Key = _folder.Path }), StringComparison.Ordinal);
        Assert.Contains("holds no certificate", Fault(empty), StringComparison.Ordinal);
        Assert.Contains("is not the key of", Fault(good with { Key = other.Key }), StringComparison.Ordinal);
        Assert.Contains("is not the key of", Fault(good with { Key = empty.Key }), StringComparison.Ordinal);
        Assert.Contains("is encrypted", Fault(good with { Key = sealedKey.Key }), StringComparison.Ordinal);
        Assert.Contains("no certificate is given", Assert.Throws<CertificateException>(() => Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MakesACertificateOfItsOwn()
    {
        var files = _folder.Make("own", "mail.example.org", "192.0.2.1", "example.org");
        using var certificates = Read(files);
        var made = Assert.Single(certificates.Current);
        Assert.Equal(["mail.example.org", "example.org"], made.Names);
        Assert.True(made.IsSelfSigned);
        Assert.InRange(made.NotAfter - TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(823), TimeSpan.FromDays(825));
        Assert.InRange(made.NotBefore, DateTimeOffset.UnixEpoch, TimeProvider.System.GetUtcNow().AddHours(-23));
        var certificate = made.Context.TargetCertificate;
        Assert.True(certificate.MatchesHostname("192.0.2.1"));
        Assert.Equal("1.2.840.10045.2.1", certificate.PublicKey.Oid.Value);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files.Key));
        }

        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void NeverWritesAKeyIntoAFileThatOthersCanRead()
    {
        if (OperatingSystem.IsWindows()) return;
        var files = _folder.Files("own");
        File.WriteAllText(files.Key, "old");
        File.WriteAllText(files.Key + ".new", "left over");
        File.SetUnixFileMode(files.Key, (UnixFileMode)0x1B6);
        File.SetUnixFileMode(files.Key + ".new", (UnixFileMode)0x1B6);
        _folder.Make("own", "a.test");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(files.Key));
    }

    [Fact]
    public void ReadsTheLinksToTheAuthorityAndAKeyInTheSameFile()
    {
        using var authority = CertificateFolder.Authority("an authority");
        using var link = CertificateFolder.Issue(authority, "a link", isAuthority: true);
        using var issued = CertificateFolder.Issue(link, "mail.test", purpose: 1);
        var path = _folder.Files("both").Certificate;
        using var key = issued.GetECDsaPrivateKey()!;
        File.WriteAllText(path, $"{issued.ExportCertificatePem()}\n{link.ExportCertificatePem()}\n{key.ExportECPrivateKeyPem()}\n");
        using var certificates = Read(new CertificateFiles(path, path));
        Assert.False(certificates.Current[0].IsSelfSigned);
        Assert.Equal("CN=a link", Assert.Single(certificates.Find(null).IntermediateCertificates).Subject);
    }

    [Theory]
    [InlineData("SHA256", 32)]
    [InlineData("SHA384", 48)]
    [InlineData("SHA512", 64)]
    [InlineData("PSS", 0)]
    public void HashesTheCertificateAsItsSignatureDoes(string hash, int length)
    {
        using var rsa = RSA.Create(2048);
        var name = new HashAlgorithmName(hash == "PSS" ? "SHA256" : hash);
        var request = new CertificateRequest("CN=a", rsa, name, hash == "PSS" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        var expected = length == 0 ? [] : CryptographicOperations.HashData(new HashAlgorithmName(hash), certificate.RawData);
        Assert.Equal(length, expected.Length);
        Assert.Equal(expected, ServerEndPoint.Of(certificate).ToArray());
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Enqueue($"{logLevel} {formatter(state, exception)}");

    private PemCertificates Read(params CertificateFiles[] files) => new(files, _time, this);

    private string Fault(CertificateFiles files)
    {
        var message = Assert.Throws<CertificateException>(() => Read(files)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
