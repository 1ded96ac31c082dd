namespace Merpati.Storage.Sqlite.Files;

/// <summary>How much room the disk of the store has, asked at most once a second.</summary>
internal sealed class DiskRoom
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly long _reserve;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private long _askedAt;
    private long _free = -1;

    internal DiskRoom(string path, long reserve, TimeProvider time)
    {
        _path = path;
        _reserve = reserve;
        _time = time;
    }

    /// <summary>Whether there is room for so many octets besides the reserve.</summary>
    internal bool Holds(long octets)
    {
        lock (_gate)
        {
            if (_free < 0 || _time.GetElapsedTime(_askedAt) >= Freshness)
            {
                _free = new DriveInfo(_path).AvailableFreeSpace;
                _askedAt = _time.GetTimestamp();
            }

            return _free - _reserve >= octets;
        }
    }
}
