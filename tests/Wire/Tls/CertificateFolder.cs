using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Merpati.Transcripts;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Tests.Tls;

/// <summary>A folder of its own with certificates in it; it goes with the test.</summary>
internal sealed class CertificateFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("merpati-tls-").FullName;

    public static FakeTime Clock { get; } = new(); // never moved: certificates are made for the day that TLS believes it is

    public CertificateFiles Files(string name) => new(System.IO.Path.Combine(Path, name + ".pem"), System.IO.Path.Combine(Path, name + ".key"));

    public CertificateFiles Make(string name, params string[] hosts)
    {
        var files = Files(name);
        SelfSignedCertificate.Create(files, hosts, TimeProvider.System);
        return files;
    }

    public PemCertificates Read(params CertificateFiles[] files) => new(files, Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

    /// <summary>An authority of the test's own.</summary>
    public static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(Now.AddDays(-10), Now.AddDays(10));
    }

    /// <summary>A certificate for a client (purpose 2) or a server (purpose 1), valid until so many days from now.</summary>
    public static X509Certificate2 Issue(X509Certificate2 authority, string name, int purpose = 2, int days = 1, bool isAuthority = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (!isAuthority) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid($"1.3.6.1.5.5.7.3.{purpose}")], false));
        using var bare = request.Create(authority, Now.AddDays(-9), Now.AddDays(days), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
