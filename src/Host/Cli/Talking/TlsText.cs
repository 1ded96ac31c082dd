using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Merpati.Wire.Tls;

namespace Merpati.Host.Cli.Talking;

/// <summary>What TLS is like, in lines for people.</summary>
internal static class TlsText
{
    private const int MaxNames = 5;

    /// <summary>The protocol, the cipher and the certificate.</summary>
    public static IEnumerable<string> Of(TlsSession tls)
    {
        yield return $"{(tls.Protocol == SslProtocols.Tls13 ? "TLS 1.3" : "TLS 1.2")}, {tls.CipherSuite}";
        if (tls.ServerCertificate is { } certificate)
        {
            yield return $"certificate of {ControlText.Escape(Names(certificate))}";
            yield return string.Create(CultureInfo.InvariantCulture, $"issued by {ControlText.Escape(certificate.Issuer)}, good until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z");
        }
    }

    /// <summary>Whether the certificate verifies, and if not, why.</summary>
    public static string Verdict(TlsSession tls) => tls.IsVerified
        ? "verified: an authority that is trusted vouches for it"
        : $"NOT VERIFIED: {tls.VerificationFault ?? "it was not looked at"}. It may be another server than it says, and somebody may listen.";

    private static string Names(X509Certificate2 certificate)
    {
        var names = AlternativeNames(certificate);
        var subject = certificate.Subject.Length > 0 ? certificate.Subject : "nobody";
        return names.Count == 0 ? subject : $"{subject} (for {string.Join(", ", names)})";
    }

    private static List<string> AlternativeNames(X509Certificate2 certificate)
    {
        try
        {
            return [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).Take(MaxNames)];
        }
        catch (CryptographicException)
        {
            return []; // they are malformed
        }
    }
}
