namespace Merpati.Smtp.Server;

/// <summary>What a listener is for.</summary>
public enum SmtpRole
{
    /// <summary>Mail from other hosts and from our users alike (port 25).</summary>
    Relay,

    /// <summary>Mail from our users only (RFC 6409, ports 587 and 465): who sends has to authenticate.</summary>
    Submission,
}
