namespace Merpati.Wire.Tls;

/// <summary>Where a certificate is kept.</summary>
/// <param name="Certificate">A PEM file with the server's certificate and, after it, the links to its authority.</param>
/// <param name="Key">A PEM file with the private key, not encrypted; it may be the same file.</param>
public sealed record CertificateFiles(string Certificate, string Key);
