using Merpati.Mail.Addresses;

namespace Merpati.Mail.Envelopes;

/// <summary>The user of ours who gave us a message and proved who it is.</summary>
/// <param name="AccountId">The account's number in the store.</param>
/// <param name="Address">The account's own address.</param>
public sealed record Submitter(long AccountId, EmailAddress Address);
