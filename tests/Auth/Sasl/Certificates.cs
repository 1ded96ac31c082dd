using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Auth.Tests.Sasl;

/// <summary>Certificates of clients, made on the spot.</summary>
internal static class Certificates
{
    /// <summary>One whose subject alternative names are these mail addresses, and a name of each other kind.</summary>
    public static X509Certificate2 For(params string[] addresses)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("bob.example.org");
        names.AddUri(new Uri("mailto:bob@example.org"));
        foreach (var address in addresses) names.AddEmailAddress(address);
        return With(names.Build());
    }

    public static X509Certificate2 With(params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Neither the common name nor the old e-mail attribute of the subject counts.
        var request = new CertificateRequest("CN=bob@example.org, E=bob@example.org", key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions) request.CertificateExtensions.Add(extension);
        return request.CreateSelfSigned(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
