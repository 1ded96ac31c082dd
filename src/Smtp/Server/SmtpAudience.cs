namespace Merpati.Smtp.Server;

/// <summary>Who is given something that not everybody should have.</summary>
public enum SmtpAudience
{
    /// <summary>Users who have authenticated, and clients in a trusted network.</summary>
    Trusted,

    /// <summary>Users who have authenticated.</summary>
    Authenticated,

    /// <summary>Everybody.</summary>
    Everyone,

    /// <summary>Nobody.</summary>
    Nobody,
}
