using Merpati.Mail.Addresses;

namespace Merpati.Storage.Addressing;

/// <summary>What a sender is told about a user who has another address now (RFC 5321 §3.4).</summary>
public enum ForwardMode
{
    /// <summary><c>251</c> with the new address, and the message is carried there.</summary>
    Forward,

    /// <summary><c>551</c> with the new address; the message is not taken.</summary>
    Tell,

    /// <summary><c>250</c>: the message is carried there and nothing is said.</summary>
    Silent,
}

/// <summary>A forward as it is kept.</summary>
/// <param name="Old">The address that is given up.</param>
/// <param name="Target">The new one.</param>
/// <param name="Mode">What a sender is told.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record ForwardRecord(EmailAddress Old, EmailAddress Target, ForwardMode Mode, DateTimeOffset CreatedAt);
