namespace Merpati.Mail.Envelopes;

/// <summary>When the sender wants a delivery status notification about a recipient (RFC 3461 §4.1).</summary>
[Flags]
public enum NotifyConditions
{
    /// <summary>Nothing was said: failures, and delays where we think fit.</summary>
    Unstated = 0,

    /// <summary>Never, not even of a failure. Stands alone.</summary>
    Never = 1,

    /// <summary>When it was delivered.</summary>
    Success = 2,

    /// <summary>When it could not be delivered.</summary>
    Failure = 4,

    /// <summary>When it takes long.</summary>
    Delay = 8,
}

/// <summary>How much of the message a notice of failure brings back (RFC 3461 §4.3).</summary>
public enum ReturnContent
{
    /// <summary>Nothing was said.</summary>
    Unstated,

    /// <summary>All of it.</summary>
    Full,

    /// <summary>Its header.</summary>
    Headers,
}

/// <summary>The recipient as the sender first named it (RFC 3461 §4.2), decoded from xtext or utf-8-addr-xtext.</summary>
/// <param name="AddressType">The kind of address, such as <c>rfc822</c> or <c>utf-8</c>: letters, digits and hyphens.</param>
/// <param name="Address">The address; printable, without CR, LF or NUL.</param>
public sealed record OriginalRecipient(string AddressType, string Address);

/// <summary>What the sender wants to be told about one recipient (RFC 3461 §4.1, §4.2).</summary>
/// <param name="Notify">When.</param>
/// <param name="Original">The recipient as the sender first named it; null when not said.</param>
public sealed record RecipientNotices(NotifyConditions Notify, OriginalRecipient? Original);
