namespace Merpati.Auth;

/// <summary>When a plain password is taken only inside TLS (RFC 2595 §2.3, RFC 8314 §3).</summary>
public enum TlsRequirement
{
    /// <summary>From everywhere but this machine itself.</summary>
    ExceptLoopback,

    /// <summary>From everywhere.</summary>
    Always,

    /// <summary>From nowhere: passwords travel in clear.</summary>
    Never,
}
