using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>A certificate with its key and the links to its authority, read from files.</summary>
public sealed class ServerCertificate
{
    private ServerCertificate(CertificateFiles files, X509Certificate2 certificate, X509Certificate2Collection links)
    {
        Files = files;
        Context = SslStreamCertificateContext.Create(certificate, links, offline: true);
        Names = [.. NamesIn(certificate)];
        NotBefore = new DateTimeOffset(certificate.NotBefore);
        NotAfter = new DateTimeOffset(certificate.NotAfter);
        IsSelfSigned = certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
    }

    /// <summary>Where it was read from.</summary>
    public CertificateFiles Files { get; }

    /// <summary>The host names that it is for, in lower case; one may begin with "*." and stand for one label there.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Since when it is valid.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>Until when it is valid.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Whether nobody but ourselves vouches for it.</summary>
    public bool IsSelfSigned { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>Reads a certificate and its key. Throws <see cref="CertificateException"/> when that fails or the key does not fit.</summary>
    public static ServerCertificate Read(CertificateFiles files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var chain = ReadText(files.Certificate);
        var key = ReadText(files.Key);
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(chain);
            if (certificates.Count == 0) throw new CertificateException($"{files.Certificate} holds no certificate in PEM form");
            if (key.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal)) throw new CertificateException($"the key in {files.Key} is encrypted; a server needs it without a password");
            using var bare = certificates[0];
            certificates.RemoveAt(0);
            return new ServerCertificate(files, X509Certificate2.CreateFromPem(bare.ExportCertificatePem(), key), certificates);
        }
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new CertificateException($"the key in {files.Key} is not the key of the certificate in {files.Certificate}, or one of them is damaged", unusable);
        }
    }

    /// <summary>Whether it is for <paramref name="host"/>, in lower case.</summary>
    internal bool IsFor(ReadOnlySpan<char> host)
    {
        var dot = host.IndexOf('.');
        foreach (var name in Names)
        {
            if (host.SequenceEqual(name)) return true;
            if (name.StartsWith("*.", StringComparison.Ordinal) && dot > 0 && host[dot..].SequenceEqual(name.AsSpan(1))) return true; // RFC 9525 §6.3
        }

        return false;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CertificateException($"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static IEnumerable<string> NamesIn(X509Certificate2 certificate) =>
        from extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
        from name in extension.EnumerateDnsNames()
        select name.ToLowerInvariant();
}
