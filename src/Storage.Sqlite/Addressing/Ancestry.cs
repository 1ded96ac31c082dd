using Merpati.Mail.Addresses;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Addressing;

/// <summary>
/// Finds the loops that a change would make. It looks from an address upwards, at all that leads to it, for that is little even where a group of
/// ten thousand is about to be filled; whoever is among them cannot become its target. Ways through a catch-all or through user+detail are not
/// looked at: they come and go with other addresses, and whoever follows them must count steps anyway.
/// </summary>
internal static class Ancestry
{
    private const int MaxSteps = 10_000;

    internal const string LeadingTo = """
        SELECT r.local_key, d.name FROM redirect_target t JOIN redirect r ON r.id = t.redirect_id JOIN domain d ON d.id = r.domain_id
        WHERE t.target_key = ?1
        """;

    /// <summary>Whether one of the targets is the address itself or leads to it; also when more would have to be looked at than is reasonable.</summary>
    internal static bool WouldLoop(Database database, EmailAddress address, IReadOnlyList<EmailAddress> targets)
    {
        if (Collect(database, AddressText.Key(address)) is not { } leading) return true;
        foreach (var target in targets)
        {
            if (leading.Contains(AddressText.Key(target))) return true;
        }

        return false;
    }

    // The address and all that leads to it; null when there is too much.
    private static HashSet<string>? Collect(Database database, string key)
    {
        var found = new HashSet<string>(StringComparer.Ordinal) { key };
        var waiting = new Queue<string>([key]);
        var steps = 0;
        while (waiting.TryDequeue(out var target))
        {
            using var row = database.Use(LeadingTo).Bind(1, target);
            while (row.Step())
            {
                if (++steps > MaxSteps) return null;
                var from = AddressText.Key(row.Text(0), row.Text(1));
                if (found.Add(from)) waiting.Enqueue(from);
            }
        }

        return found;
    }
}
