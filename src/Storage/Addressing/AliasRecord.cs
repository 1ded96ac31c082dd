using Merpati.Mail.Addresses;

namespace Merpati.Storage.Addressing;

/// <summary>An alias as it is kept.</summary>
/// <param name="Address">Its address, in the case in which it was added.</param>
/// <param name="Targets">Where it leads: accounts, other aliases, groups, addresses of other hosts.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record AliasRecord(EmailAddress Address, IReadOnlyList<EmailAddress> Targets, DateTimeOffset CreatedAt);
