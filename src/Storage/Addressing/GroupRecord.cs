using Merpati.Mail.Addresses;

namespace Merpati.Storage.Addressing;

/// <summary>Who may send to a group.</summary>
public enum PostingPolicy
{
    /// <summary>Everybody.</summary>
    Anyone,

    /// <summary>Its members, those of nested groups too.</summary>
    Members,

    /// <summary>Only those that are named.</summary>
    Named,
}

/// <summary>What is set for a group.</summary>
/// <param name="Name">Its name; may be empty.</param>
/// <param name="Policy">Who may send to it.</param>
/// <param name="Posters">Those that are named; they may always send. At most 1,000.</param>
/// <param name="ShowsMembers">Whether EXPN lists its members.</param>
public sealed record GroupSettings(string Name, PostingPolicy Policy, IReadOnlyList<EmailAddress> Posters, bool ShowsMembers);

/// <summary>A group as it is kept.</summary>
/// <param name="Id">Its number, never used twice.</param>
/// <param name="Address">Its address, in the case in which it was added.</param>
/// <param name="Settings">What is set for it.</param>
/// <param name="Members">How many members its own list has.</param>
/// <param name="CreatedAt">When it was added.</param>
public sealed record GroupRecord(long Id, EmailAddress Address, GroupSettings Settings, int Members, DateTimeOffset CreatedAt);
