using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Merpati.Wire.Tls;

namespace Merpati.Host.Cli.Talking;

/// <summary>What TLS is like, in lines for people.</summary>
internal static class TlsText
{
    /// <summary>The protocol, the cipher, the certificate, and whether that verifies.</summary>
    public static IEnumerable<string> Of(TlsSession tls)
    {
        yield return $"{(tls.Protocol == SslProtocols.Tls13 ? "TLS 1.3" : "TLS 1.2")}, {tls.CipherSuite}";
        if (tls.ServerCertificate is { } certificate)
        {
            yield return $"certificate of {ControlText.Escape(Names(certificate))}";
            yield return string.Create(CultureInfo.InvariantCulture, $"issued by {ControlText.Escape(certificate.Issuer)}, good until {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm}Z");
        }

        yield return tls.IsVerified
            ? "verified: an authority that is trusted vouches for it"
            : $"NOT VERIFIED: {tls.VerificationFault ?? "it was not looked at"}. Nobody listens on the way, but who is at the other end is not known.";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames()).Take(5).ToList();
        var subject = certificate.Subject.Length > 0 ? certificate.Subject : "nobody";
        return names.Count == 0 ? subject : $"{subject} (for {string.Join(", ", names)})";
    }
}
