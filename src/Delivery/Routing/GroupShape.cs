namespace Merpati.Delivery.Routing;

/// <summary>What RCPT must know of a group besides its settings, worked out from its members and kept while the directory does not change.</summary>
/// <param name="Version">The directory's version by which it was worked out.</param>
/// <param name="LeadsAbroad">Whether a member, of a nested group perhaps, is at another host.</param>
/// <param name="Loops">Whether it is a member of itself.</param>
/// <param name="ReachesAnybody">Whether there is an account, here or at another host, that would get a message.</param>
/// <param name="Groups">The numbers of the group itself and of all nested ones.</param>
/// <param name="Indirect">The keys of the accounts that are reached by an alias, a forward or a detail among the members; bounded.</param>
internal sealed record GroupShape(
    long Version, bool LeadsAbroad, bool Loops, bool ReachesAnybody, IReadOnlyCollection<long> Groups, IReadOnlySet<string> Indirect);
