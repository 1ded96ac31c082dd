using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Merpati.Progin.Grammar;

/// <summary>Watches a stream of octets by and tells whether it is UTF-8 (RFC 3629). Pieces of any size.</summary>
internal struct Utf8Watch
{
    private uint _held; // the octets of a character that is not whole yet, the first one lowest
    private int _count;

    /// <summary>Whether something was no UTF-8.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Takes the next octets.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        for (; _count > 0 && !octets.IsEmpty && !IsBroken; octets = octets[1..]) Complete(octets[0]);
        if (IsBroken) return;
        var tail = Unfinished(octets);
        IsBroken = !Utf8.IsValid(octets[..^tail]);
        foreach (var octet in octets[^tail..]) Hold(octet);
    }

    /// <summary>Nothing more comes: what is not whole now never will be.</summary>
    public void End() => IsBroken |= _count > 0;

    private void Complete(byte octet)
    {
        Hold(octet);
        Span<byte> octets = stackalloc byte[4];
        for (var i = 0; i < _count; i++) octets[i] = (byte)(_held >> (8 * i));
        var status = Rune.DecodeFromUtf8(octets[.._count], out _, out _);
        if (status == OperationStatus.InvalidData) IsBroken = true;
        if (status == OperationStatus.Done) (_held, _count) = (0, 0);
    }

    private void Hold(byte octet) => _held |= (uint)octet << (8 * _count++);

    // How many octets at the end may be the beginning of a character.
    private static int Unfinished(ReadOnlySpan<byte> octets)
    {
        for (var back = 1; back <= 3 && back <= octets.Length; back++)
        {
            var octet = octets[^back];
            if ((octet & 0xC0) == 0x80) continue;
            var needed = octet switch { >= 0xF0 => 4, >= 0xE0 => 3, >= 0xC0 => 2, _ => 1 };
            return needed > back ? back : 0;
        }

        return 0;
    }
}
