using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>Makes the certificate of a server that has none yet: clients cannot tell it from a stranger's, but nobody can listen in passing.</summary>
public static class SelfSignedCertificate
{
    /// <summary>How long it is valid: 825 days, the most that common clients accept.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromDays(825);

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>
    /// Writes a certificate for <paramref name="hostNames"/> (names or addresses, one at least) and its ECDSA P-256 key, which only the owner
    /// of the process may read from the moment it exists. What was there is replaced. Throws <see cref="IOException"/> and
    /// <see cref="UnauthorizedAccessException"/> as writing files does.
    /// </summary>
    public static void Create(CertificateFiles files, IReadOnlyList<string> hostNames, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(hostNames);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentOutOfRangeException.ThrowIfZero(hostNames.Count);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Sign(key, hostNames, time.GetUtcNow());
        // The key first: a certificate without its key would be taken for one that somebody put there.
        Write(files.Key, key.ExportPkcs8PrivateKeyPem() + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Write(files.Certificate, certificate.ExportCertificatePem() + "\n", Readable);
    }

    private static X509Certificate2 Sign(ECDsa key, IReadOnlyList<string> hostNames, DateTimeOffset now)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(hostNames[0]);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in hostNames)
        {
            if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        var from = now - TimeSpan.FromDays(1); // the clocks of clients are not always right
        return request.CreateSelfSigned(from, from + Validity);
    }

    private static void Write(string path, string text, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode;
        var draft = path + ".new";
        File.Delete(draft); // one that is left over keeps the mode that it has
        using (var file = new StreamWriter(draft, options)) file.Write(text);
        File.Move(draft, path, overwrite: true);
    }
}
