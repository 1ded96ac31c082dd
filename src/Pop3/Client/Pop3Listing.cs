using System.Collections;

namespace Merpati.Pop3.Client;

/// <summary>A message in a listing.</summary>
/// <param name="Number">Its number in this session.</param>
/// <param name="Octets">Its size as the server says it, which not all servers count exactly.</param>
/// <param name="UniqueId">What it is called in every session, 1 to 70 printable ASCII characters. Copies of one message may share it (RFC 1939 §7). Null when it has none.</param>
/// <param name="HasBadUniqueId">Whether the server gave it a unique-id that is none.</param>
public readonly record struct Pop3Entry(int Number, long Octets, string? UniqueId, bool HasBadUniqueId);

/// <summary>The messages of a maildrop, by their numbers. It holds some 20 octets for each and its unique-id.</summary>
public sealed class Pop3Listing : IReadOnlyList<Pop3Entry>
{
    internal const long NoUniqueId = -1;
    internal const long BadUniqueId = -2;

    private readonly ReadOnlyMemory<int> _numbers;
    private readonly ReadOnlyMemory<long> _sizes;
    private readonly ReadOnlyMemory<long> _positions;
    private readonly UniqueIds _uniqueIds;

    internal Pop3Listing(ReadOnlyMemory<int> numbers, ReadOnlyMemory<long> sizes, ReadOnlyMemory<long> positions, UniqueIds uniqueIds)
    {
        _numbers = numbers;
        _sizes = sizes;
        _positions = positions;
        _uniqueIds = uniqueIds;
    }

    /// <summary>Whether the server knows unique-ids at all.</summary>
    public bool HasUniqueIds => !_positions.IsEmpty || _numbers.IsEmpty;

    /// <inheritdoc/>
    public int Count => _numbers.Length;

    /// <inheritdoc/>
    public Pop3Entry this[int index]
    {
        get
        {
            var position = _positions.IsEmpty ? NoUniqueId : _positions.Span[index];
            return new Pop3Entry(_numbers.Span[index], _sizes.Span[index], position >= 0 ? _uniqueIds[position] : null, position == BadUniqueId);
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Pop3Entry> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
