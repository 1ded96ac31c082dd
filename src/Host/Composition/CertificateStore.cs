using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Merpati.Host.Cli;
using Merpati.Host.Configuration;
using Merpati.Wire.Tls;

namespace Merpati.Host.Composition;

/// <summary>Where the certificates are: those of the configuration, else a self-signed one of our own in the data directory.</summary>
internal static class CertificateStore
{
    private static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    /// <summary>Whether the certificate is our own: none is configured.</summary>
    public static bool IsOurOwn(Settings settings) => settings.Get(ListenerSettings.TlsCertificate).Count == 0;

    /// <summary>The files of each certificate, the default one first. Throws <see cref="CommandFailure"/> when the keys do not go with the certificates.</summary>
    public static IReadOnlyList<CertificateFiles> Files(Settings settings, string dataDirectory)
    {
        var certificates = settings.Get(ListenerSettings.TlsCertificate);
        var keys = settings.Get(ListenerSettings.TlsKey);
        if (certificates.Count == 0 && keys.Count == 0) return [OurOwn(dataDirectory)];
        if (keys.Count == 0) keys = certificates;
        if (keys.Count != certificates.Count)
        {
            throw new CommandFailure($"configuration: {ListenerSettings.TlsKey.Key} names {keys.Count} files and {ListenerSettings.TlsCertificate.Key} {certificates.Count}; give one key for each certificate, in the same order");
        }

        return [.. certificates.Zip(keys, (certificate, key) => new CertificateFiles(Full(certificate, dataDirectory), Full(key, dataDirectory)))];
    }

    /// <summary>Makes our own certificate where none is configured and there is none yet, it is for another host name, or it ends soon.</summary>
    public static void Prepare(Settings settings, string dataDirectory, TimeProvider time)
    {
        if (!IsOurOwn(settings)) return;
        var files = OurOwn(dataDirectory);
        if (File.Exists(files.Certificate) && IsGood(files, settings.HostName, time)) return;
        KeyFolder.MakePrivate(Path.GetDirectoryName(files.Certificate)!);
        SelfSignedCertificate.Create(files, [settings.HostName, "localhost", "127.0.0.1"], time);
    }

    /// <summary>The authorities of client certificates; null when none are configured. Throws <see cref="CommandFailure"/> when a file is none.</summary>
    public static X509Certificate2Collection? ClientAuthorities(Settings settings, string dataDirectory)
    {
        var files = settings.Get(ListenerSettings.TlsClientAuthorities);
        if (files.Count == 0) return null;
        var authorities = new X509Certificate2Collection();
        foreach (var file in files)
        {
            var before = authorities.Count;
            try
            {
                authorities.ImportFromPemFile(Full(file, dataDirectory));
            }
            catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw new CommandFailure($"configuration: {ListenerSettings.TlsClientAuthorities.Key}: {file} cannot be read: {fault.Message}");
            }

            if (authorities.Count == before) throw new CommandFailure($"configuration: {ListenerSettings.TlsClientAuthorities.Key}: {file} holds no certificate in PEM form");
        }

        return authorities;
    }

    private static CertificateFiles OurOwn(string dataDirectory) =>
        new(Path.Combine(dataDirectory, "tls", "self-signed.crt"), Path.Combine(dataDirectory, "tls", "self-signed.key"));

    private static bool IsGood(CertificateFiles files, string hostName, TimeProvider time)
    {
        try
        {
            var certificate = ServerCertificate.Read(files);
            return certificate.Names.Contains(hostName, StringComparer.OrdinalIgnoreCase) && certificate.NotAfter - time.GetUtcNow() > RenewBefore;
        }
        catch (CertificateException)
        {
            return false; // half written, most likely: it is ours to replace
        }
    }

    private static string Full(string path, string dataDirectory) => Path.GetFullPath(path, dataDirectory);
}
