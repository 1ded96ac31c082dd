using System.Collections.Concurrent;

namespace Merpati.Delivery.Routing;

/// <summary>
/// The shapes of the groups that are written to, each worked out when it is first needed and again after the directory has changed. To work one out
/// takes some ten milliseconds for ten thousand members; to find it again takes the one question for the directory's version.
/// </summary>
internal sealed class GroupShapes
{
    private const int MaxShapes = 256;

    private readonly RouteFinder _finder;
    private readonly ConcurrentDictionary<long, GroupShape> _shapes = new();
    private readonly SemaphoreSlim _one = new(1, 1); // a crowd that writes to one changed group walks through it once

    public GroupShapes(RouteFinder finder) => _finder = finder;

    public async ValueTask<GroupShape> FindAsync(long groupId, CancellationToken cancellation)
    {
        var version = await _finder.Addresses.ReadVersionAsync(cancellation);
        if (_shapes.TryGetValue(groupId, out var shape) && shape.Version == version) return shape;
        await _one.WaitAsync(cancellation);
        try
        {
            if (_shapes.TryGetValue(groupId, out shape) && shape.Version == version) return shape;
            version = await _finder.Addresses.ReadVersionAsync(cancellation); // before the walk: a change during it makes the shape old
            var walk = new ShapeWalk(_finder);
            await walk.WalkAsync(groupId, cancellation);
            shape = walk.ToShape(version);
            if (_shapes.Count >= MaxShapes) _shapes.Clear();
            _shapes[groupId] = shape;
            return shape;
        }
        finally
        {
            _one.Release();
        }
    }
}
