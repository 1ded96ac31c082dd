using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Merpati.Wire.Tls;

namespace Merpati.Smtp.Tests;

/// <summary>A certificate for mx.example.org that is nowhere but in memory.</summary>
internal sealed class MemoryCertificate : IServerCertificates, IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly SslStreamCertificateContext _context;

    public MemoryCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mx.example.org", key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2060, 1, 1, 0, 0, 0, TimeSpan.Zero));
        _context = SslStreamCertificateContext.Create(_certificate, additionalCertificates: null, offline: true);
    }

    public SslStreamCertificateContext Find(string? serverName) => _context;

    public void Dispose() => _certificate.Dispose();
}
