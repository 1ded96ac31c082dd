using System.Buffers;

namespace Merpati.Wire.Tls;

/// <summary>What is written and not yet encrypted. It holds a buffer only while there is something in it.</summary>
internal sealed class PlainText : IBufferWriter<byte>
{
    private const int SmallestBuffer = 1024; // octets

    private byte[] _octets = [];

    /// <summary>How many octets are in it.</summary>
    public int Length { get; private set; }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_octets.Length - Length));
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _octets.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _octets.AsSpan(Length);
    }

    /// <summary>Gives everything to <paramref name="stream"/>, which takes it without waiting.</summary>
    public void MoveTo(Stream stream)
    {
        if (Length > 0) stream.Write(_octets, 0, Length);
        Release();
    }

    /// <summary>Forgets everything.</summary>
    public void Release()
    {
        Length = 0;
        if (_octets.Length == 0) return;
        ArrayPool<byte>.Shared.Return(_octets);
        _octets = [];
    }

    private void Reserve(int sizeHint)
    {
        if (_octets.Length - Length >= Math.Max(sizeHint, 1)) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + Math.Max(sizeHint, SmallestBuffer), 2 * _octets.Length));
        _octets.AsSpan(0, Length).CopyTo(larger);
        if (_octets.Length > 0) ArrayPool<byte>.Shared.Return(_octets);
        _octets = larger;
    }
}
