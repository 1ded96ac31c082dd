using Merpati.Mail.Addresses;

namespace Merpati.Mail.Envelopes;

/// <summary>
/// A recipient that the directory has answered for. A directory may derive from it to carry what it found,
/// so that intake need not ask a second time.
/// </summary>
public class Recipient
{
    /// <summary>A recipient at its full address.</summary>
    public Recipient(EmailAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
    }

    /// <summary>The address, its domain filled in where the client left it out.</summary>
    public EmailAddress Address { get; }

    /// <summary>What the sender wants to be told about this recipient; null when nothing was said.</summary>
    public RecipientNotices? Notices { get; init; }
}
