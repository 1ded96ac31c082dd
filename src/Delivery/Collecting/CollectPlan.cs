using Merpati.Storage.Collecting;

namespace Merpati.Delivery.Collecting;

/// <summary>What is to be done with the messages of a listing, by what was noted of the source.</summary>
internal sealed class CollectPlan
{
    private const int PageSize = 1_000;
    private const int Several = -1;

    private readonly Dictionary<string, int> _places; // of each unique-id in the listing, or Several

    private CollectPlan(Dictionary<string, int> places) => _places = places;

    /// <summary>Messages that may be new, in their order.</summary>
    public List<RemoteMessage> Wanted { get; } = [];

    /// <summary>Messages that were collected before.</summary>
    public List<RemoteMessage> Known { get; } = [];

    /// <summary>The digests that are noted of the source.</summary>
    public HashSet<string> Digests { get; } = new(StringComparer.Ordinal);

    /// <summary>How many of the wanted have no name but their text's digest.</summary>
    public int Unnamed { get; private set; }

    /// <summary>
    /// Makes it, and forgets what the server does not have any more: it may give such a unique-id to another message (RFC 1939 §7), which must not be taken
    /// for the one that was collected. Throws <see cref="Storage.StoreException"/>.
    /// </summary>
    public static async ValueTask<CollectPlan> MakeAsync(ICollectStore store, long sourceId, IReadOnlyList<RemoteMessage> listing, CancellationToken cancellation)
    {
        var plan = new CollectPlan(Places(listing));
        var known = await plan.CompareAsync(store, sourceId, listing.Count, cancellation);
        for (var place = 0; place < listing.Count; place++)
        {
            if (known[place])
            {
                plan.Known.Add(listing[place]);
                continue;
            }

            plan.Wanted.Add(listing[place]);
            if (plan.NameOf(listing[place]) is null) plan.Unnamed++;
        }

        return plan;
    }

    /// <summary>The unique-id that a message is known by; null when only its text tells it from others: there is none, or others have the same one too.</summary>
    public string? NameOf(RemoteMessage message) => message.UniqueId is { } id && _places.TryGetValue(id, out var place) && place != Several ? id : null;

    private static Dictionary<string, int> Places(IReadOnlyList<RemoteMessage> listing)
    {
        var places = new Dictionary<string, int>(listing.Count, StringComparer.Ordinal);
        for (var place = 0; place < listing.Count; place++)
        {
            if (listing[place].UniqueId is not { } id || !TextDigest.IsUniqueId(id)) continue;
            if (!places.TryAdd(id, place)) places[id] = Several;
        }

        return places;
    }

    // Which places of the listing are known; page by page, because there may be as many as the server ever had.
    private async ValueTask<bool[]> CompareAsync(ICollectStore store, long sourceId, int count, CancellationToken cancellation)
    {
        var known = new bool[count];
        string? after = null;
        while (true)
        {
            var page = await store.ReadCollectedAsync(sourceId, after, PageSize, cancellation);
            var gone = new List<string>();
            foreach (var name in page)
            {
                if (TextDigest.Is(name)) Digests.Add(name);
                else if (!_places.TryGetValue(name, out var place)) gone.Add(name);
                else if (place != Several) known[place] = true;
            }

            if (gone.Count > 0) await store.ForgetAsync(sourceId, gone, cancellation);
            if (page.Count < PageSize) return known;
            after = page[^1];
        }
    }
}
