using System.Globalization;
using Merpati.Host.Composition;
using Merpati.Host.Configuration;
using Merpati.Wire.Tls;

namespace Merpati.Host.Cli;

/// <summary>Whether the certificates can be used and are for this host, and whether the keys are kept from others.</summary>
internal static class CertificateCheck
{
    private const string Certificate = "certificate";
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly TimeSpan Soon = TimeSpan.FromDays(21);

    public static void Run(Settings settings, string dataDirectory, List<Finding> findings)
    {
        try
        {
            CertificateStore.ClientAuthorities(settings, dataDirectory);
            foreach (var files in CertificateStore.Files(settings, dataDirectory)) Look(files, settings, findings);
        }
        catch (CommandFailure fault)
        {
            findings.Add(new(Finding.Wrong, Certificate, fault.Message));
        }

        LookAtMode("secret key", KeyFolder.SecretKey(dataDirectory), findings);
    }

    private static void Look(CertificateFiles files, Settings settings, List<Finding> findings)
    {
        if (CertificateStore.IsOurOwn(settings) && !File.Exists(files.Certificate))
        {
            findings.Add(new(Finding.Doubtful, Certificate, "there is none; the first start makes a self-signed one"));
            return;
        }

        try
        {
            var certificate = ServerCertificate.Read(files);
            findings.Add(Judge(certificate, settings));
            if (certificate.IsSelfSigned) findings.Add(new(Finding.Doubtful, Certificate, $"{files.Certificate} is self-signed: mail programs warn of it; set {ListenerSettings.TlsCertificate.Key} and {ListenerSettings.TlsKey.Key}"));
            LookAtMode("certificate key", files.Key, findings);
        }
        catch (CertificateException fault)
        {
            findings.Add(new(Finding.Wrong, Certificate, fault.Message));
        }
    }

    private static Finding Judge(ServerCertificate certificate, Settings settings)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (file, until) = (certificate.Files.Certificate, certificate.NotAfter.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        if (certificate.NotAfter <= now) return new(Finding.Wrong, Certificate, $"{file} has ended on {until}");
        if (certificate.NotBefore > now) return new(Finding.Wrong, Certificate, $"{file} is not valid yet");
        if (!IsFor(certificate.Names, settings.HostName)) return new(Finding.Doubtful, Certificate, $"{file} is for {string.Join(", ", certificate.Names)}, not for {settings.HostName} (Server:HostName)");
        return certificate.NotAfter - now < Soon
            ? new(Finding.Doubtful, Certificate, $"{file} ends soon, on {until}")
            : new(Finding.Fine, Certificate, $"{file} is for {settings.HostName}, until {until}");
    }

    // RFC 9525 §6.3: a star stands for one whole label, the leftmost.
    private static bool IsFor(IReadOnlyList<string> names, string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return names.Contains(host, StringComparer.OrdinalIgnoreCase) || (dot > 0 && names.Contains("*" + host[dot..], StringComparer.OrdinalIgnoreCase));
    }

    private static void LookAtMode(string what, string path, List<Finding> findings)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path)) return;
        findings.Add((File.GetUnixFileMode(path) & Others) == 0
            ? new(Finding.Fine, what, $"{path} is its owner's alone")
            : new(Finding.Wrong, what, $"others than its owner may use {path}; run: chmod 600 {path}"));
    }
}
