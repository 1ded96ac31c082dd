using Merpati.Mail.Envelopes;

namespace Merpati.Mail.Directory;

/// <summary>How an address stands with us.</summary>
public enum RecipientStanding
{
    /// <summary>It is delivered here.</summary>
    Local,

    /// <summary>The domain is ours, the user is not.</summary>
    NoSuchUser,

    /// <summary>The account exists and takes no mail.</summary>
    Disabled,

    /// <summary>The domain is not ours: to carry the message there would be relaying.</summary>
    Foreign,

    /// <summary>The directory cannot answer now; the client should try again.</summary>
    Unavailable,
}

/// <summary>The directory's answer about one recipient.</summary>
/// <param name="Standing">How the address stands with us.</param>
/// <param name="Recipient">The recipient for the envelope; set when <paramref name="Standing"/> is <see cref="RecipientStanding.Local"/>.</param>
public readonly record struct RecipientAnswer(RecipientStanding Standing, Recipient? Recipient = null);
