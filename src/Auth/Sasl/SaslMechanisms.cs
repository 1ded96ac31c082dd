namespace Merpati.Auth.Sasl;

/// <summary>The names of the mechanisms that Merpati speaks, as they are registered with IANA.</summary>
public static class SaslMechanisms
{
    /// <summary>The certificate of the TLS client (RFC 4422 appendix A).</summary>
    public const string External = "EXTERNAL";

    /// <summary>SCRAM bound to its TLS channel (RFC 7677).</summary>
    public const string ScramSha256Plus = "SCRAM-SHA-256-PLUS";

    /// <summary>SCRAM (RFC 7677).</summary>
    public const string ScramSha256 = "SCRAM-SHA-256";

    /// <summary>SCRAM with the older hash, bound to its TLS channel (RFC 5802).</summary>
    public const string ScramSha1Plus = "SCRAM-SHA-1-PLUS";

    /// <summary>SCRAM with the older hash (RFC 5802).</summary>
    public const string ScramSha1 = "SCRAM-SHA-1";

    /// <summary>Digest authentication (RFC 2831, historic).</summary>
    public const string DigestMd5 = "DIGEST-MD5";

    /// <summary>Challenge and response (RFC 2195).</summary>
    public const string CramMd5 = "CRAM-MD5";

    /// <summary>Name and password in one message (RFC 4616).</summary>
    public const string Plain = "PLAIN";

    /// <summary>Name and password in two messages; never standardised, but spoken by many clients.</summary>
    public const string Login = "LOGIN";
}
