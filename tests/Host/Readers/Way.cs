namespace Merpati.Host.Tests.Readers;

/// <summary>How a reader reaches its maildrop.</summary>
public enum Way
{
    /// <summary>Without TLS, on loopback.</summary>
    Plain,

    /// <summary>TLS after STLS on the plain port (RFC 2595 §4).</summary>
    StartTls,

    /// <summary>TLS from the first octet on (RFC 8314 §3.2).</summary>
    Tls,
}
