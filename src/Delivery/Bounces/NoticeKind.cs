namespace Merpati.Delivery.Bounces;

/// <summary>What a notice tells (RFC 3464 §2.3.3).</summary>
public enum NoticeKind
{
    /// <summary>It will not be delivered.</summary>
    Failed,

    /// <summary>It still waits.</summary>
    Delayed,

    /// <summary>It is in the mailbox.</summary>
    Delivered,

    /// <summary>It was handed to a host that sends no notices of success.</summary>
    Relayed,
}
