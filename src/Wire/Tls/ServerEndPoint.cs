using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>The channel binding tls-server-end-point: a hash of the server's certificate (RFC 5929 §4.1).</summary>
internal static class ServerEndPoint
{
    // RFC 5929 §4.1: the hash function of the certificate's signature, SHA-256 in place of MD5 and SHA-1; undefined where that has no one hash (RSA-PSS, EdDSA).
    public static ReadOnlyMemory<byte> Of(X509Certificate2 certificate) => certificate.SignatureAlgorithm.Value switch
    {
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(certificate.RawDataMemory.Span),
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(certificate.RawDataMemory.Span),
        "1.2.840.113549.1.1.4" or "1.2.840.113549.1.1.5" or "1.2.840.113549.1.1.11" or "1.2.840.10045.4.1" or "1.2.840.10045.4.3.2"
            => SHA256.HashData(certificate.RawDataMemory.Span),
        _ => default,
    };
}
