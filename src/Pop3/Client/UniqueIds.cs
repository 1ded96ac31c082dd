using System.Text;

namespace Merpati.Pop3.Client;

/// <summary>Unique-ids by the million, in blocks: an octet and itself for each.</summary>
internal sealed class UniqueIds
{
    /// <summary>The longest, in octets (RFC 1939 §7).</summary>
    public const int MaxLength = 70;

    private const int BlockLength = 64 * 1024;

    private readonly List<byte[]> _blocks = [];
    private int _used = BlockLength; // of the last block

    /// <summary>Whether it is one: 1 to 70 octets from 0x21 to 0x7E (RFC 1939 §7).</summary>
    public static bool IsValid(ReadOnlySpan<byte> id) => id.Length is > 0 and <= MaxLength && !id.ContainsAnyExceptInRange((byte)'!', (byte)'~');

    /// <summary>Keeps a valid one; returns where it is to be found.</summary>
    public long Add(ReadOnlySpan<byte> id)
    {
        if (_used + 1 + id.Length > BlockLength)
        {
            _blocks.Add(new byte[BlockLength]);
            _used = 0;
        }

        var position = ((long)(_blocks.Count - 1) * BlockLength) + _used;
        var block = _blocks[^1];
        block[_used] = (byte)id.Length;
        id.CopyTo(block.AsSpan(_used + 1));
        _used += 1 + id.Length;
        return position;
    }

    /// <summary>The one that is to be found there.</summary>
    public string this[long position]
    {
        get
        {
            var block = _blocks[(int)(position / BlockLength)];
            var at = (int)(position % BlockLength);
            return Encoding.ASCII.GetString(block, at + 1, block[at]);
        }
    }
}
