namespace Merpati.Storage.Sqlite.Writing;

/// <summary>What an account or a domain may hold, and what it holds with all that the open transaction has stored.</summary>
internal sealed class Quota
{
    private readonly long _limit;
    private long _used;

    internal Quota(long limit, long used)
    {
        _limit = limit;
        _used = used;
    }

    internal bool IsExceeded => _used > _limit;

    internal void TakeUp(long octets) => _used += octets;
}
