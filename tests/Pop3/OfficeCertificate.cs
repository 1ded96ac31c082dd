using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Tests;

/// <summary>The certificate of mail.example.org, nowhere but in memory, and one of paul's.</summary>
internal sealed class OfficeCertificate : IServerCertificates, IDisposable
{
    private readonly X509Certificate2 _own;
    private readonly SslStreamCertificateContext _context;

    public OfficeCertificate()
    {
        _own = Create("CN=mail.example.org", null);
        _context = SslStreamCertificateContext.Create(_own, additionalCertificates: null, offline: true);
        Pauls = Create("CN=paul", "paul@example.org");
    }

    /// <summary>Paul's, signed by himself.</summary>
    public X509Certificate2 Pauls { get; }

    /// <summary>The channel binding tls-server-end-point (RFC 5929 §4).</summary>
    public byte[] EndPoint => SHA256.HashData(_own.RawData);

    public SslStreamCertificateContext Find(string? serverName) => _context;

    public void Dispose()
    {
        _own.Dispose();
        Pauls.Dispose();
    }

    private static X509Certificate2 Create(string subject, string? address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (address is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddEmailAddress(address);
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        }

        return request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2060, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
