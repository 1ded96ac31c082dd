namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Sorted UIDs as ranges without a gap: a statement for each range costs less than one for each UID.</summary>
internal ref struct UidRanges
{
    private readonly ReadOnlySpan<uint> _uids;
    private int _next;

    internal UidRanges(ReadOnlySpan<uint> sorted) => _uids = sorted;

    /// <summary>The range that <see cref="MoveNext"/> came to.</summary>
    internal (uint First, uint Last) Current { get; private set; }

    /// <summary>Goes to the next range; false when there is none.</summary>
    internal bool MoveNext()
    {
        if (_next == _uids.Length) return false;
        var first = _uids[_next];
        var last = first;
        while (++_next < _uids.Length && _uids[_next] - last <= 1) last = _uids[_next];
        Current = (first, last);
        return true;
    }
}
