using Merpati.Mail.Addresses;

namespace Merpati.Mail.Messages;

/// <summary>
/// Reads the body of an address field such as From (RFC 5322 §3.4): comments, folds, groups, quoted strings, encoded words, obsolete forms and octets
/// above 127 in names. It is for deciding who is named: what can be read in two ways is refused.
/// </summary>
public static class MailboxList
{
    /// <summary>
    /// Adds the mailboxes in the order in which they stand, those inside groups too. False when the text is no address list or names more than
    /// <paramref name="limit"/>; <paramref name="mailboxes"/> then holds some of them.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> body, int limit, ICollection<EmailAddress> mailboxes)
    {
        ArgumentNullException.ThrowIfNull(mailboxes);
        return new MailboxListReader(body, limit, mailboxes).Read();
    }
}
