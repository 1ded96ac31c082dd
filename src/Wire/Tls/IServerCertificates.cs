using System.Net.Security;

namespace Merpati.Wire.Tls;

/// <summary>The certificates of this server, chosen by the name that the client asks for. Safe for concurrent callers.</summary>
public interface IServerCertificates
{
    /// <summary>
    /// The certificate for <paramref name="serverName"/>, which is what the client wrote (RFC 6066 §3) and null when it named nobody;
    /// the default one when there is none of that name. The same object as long as the certificate is the same: session tickets hang on it.
    /// </summary>
    SslStreamCertificateContext Find(string? serverName);
}
