namespace Merpati.Delivery.Routing;

/// <summary>
/// The shapes of the groups that are written to, each worked out when it is first needed and again after the directory has changed. To work one out
/// takes tens of milliseconds for ten thousand members; to find it again takes the one question for the directory's version.
/// </summary>
internal sealed class GroupShapes
{
    private const int MaxShapes = 256;

    private readonly RouteFinder _finder;
    private readonly Lock _lock = new();
    private readonly Dictionary<long, GroupShape> _shapes = [];
    private readonly Dictionary<long, Task<GroupShape>> _walks = []; // under way: a crowd that writes to one changed group walks through it once

    public GroupShapes(RouteFinder finder) => _finder = finder;

    public async ValueTask<GroupShape> FindAsync(long groupId, CancellationToken cancellation)
    {
        var version = await _finder.Addresses.ReadVersionAsync(cancellation);
        while (true)
        {
            Task<GroupShape>? walk;
            lock (_lock)
            {
                if (_shapes.TryGetValue(groupId, out var known) && known.Version >= version) return known;
                if (!_walks.TryGetValue(groupId, out walk)) _walks[groupId] = walk = WalkAsync(groupId);
            }

            // A walk that began before the change that we know of is of no use to us.
            if (await walk.WaitAsync(cancellation) is var shape && shape.Version >= version) return shape;
        }
    }

    // Belongs to all who wait for it: none of them can cancel it.
    private async Task<GroupShape> WalkAsync(long groupId)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // the lock is held by who calls
        try
        {
            var version = await _finder.Addresses.ReadVersionAsync(CancellationToken.None); // first: a change during the walk makes the shape old
            var walk = new ShapeWalk(_finder);
            await walk.WalkAsync(groupId, CancellationToken.None);
            var shape = walk.ToShape(version);
            lock (_lock)
            {
                if (_shapes.Count >= MaxShapes) _shapes.Clear();
                _shapes[groupId] = shape;
            }

            return shape;
        }
        finally
        {
            lock (_lock) _walks.Remove(groupId);
        }
    }
}
