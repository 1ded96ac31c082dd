namespace Merpati.Wire.Tls;

/// <summary>A certificate cannot be used; the message is one line that says to an administrator why.</summary>
public sealed class CertificateException : Exception
{
    /// <summary>An error without words.</summary>
    public CertificateException()
    {
    }

    /// <summary>An error.</summary>
    public CertificateException(string message)
        : base(message)
    {
    }

    /// <summary>An error and what it comes from.</summary>
    public CertificateException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
