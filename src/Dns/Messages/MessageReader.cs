using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Merpati.Dns.Messages;

/// <summary>A place in a message that moves on with what is read. Nothing outside the message is ever read, and no name takes more than bounded work.</summary>
internal ref struct MessageReader
{
    // A name has at most 127 labels, and writers that compress well need one pointer; more than this is somebody's joke.
    private const int MaxPointers = 32;

    private readonly ReadOnlySpan<byte> _message;

    public MessageReader(ReadOnlySpan<byte> message, int position)
    {
        _message = message;
        Position = position;
    }

    public int Position { get; private set; }

    public readonly ReadOnlySpan<byte> Message => _message;

    public bool TrySkip(int count)
    {
        if (count > _message.Length - Position) return false;
        Position += count;
        return true;
    }

    public bool TryReadUInt16(out int value)
    {
        value = 0;
        if (_message.Length - Position < 2) return false;
        value = BinaryPrimitives.ReadUInt16BigEndian(_message[Position..]);
        Position += 2;
        return true;
    }

    public bool TryReadUInt32(out uint value)
    {
        value = 0;
        if (_message.Length - Position < 4) return false;
        value = BinaryPrimitives.ReadUInt32BigEndian(_message[Position..]);
        Position += 4;
        return true;
    }

    /// <summary>Passes over a name without following its pointer.</summary>
    public bool TrySkipName()
    {
        for (var length = 0; ;)
        {
            if (Position >= _message.Length) return false;
            var octet = _message[Position];
            if (octet >= 0xC0) return TrySkip(2);
            if (octet > DnsName.MaxLabelLength || !TrySkip(octet + 1)) return false;
            if (octet == 0) return true;
            length += octet + 1;
            if (length >= DnsName.MaxLength) return false;
        }
    }

    /// <summary>Reads a name, compressed or not (RFC 1035 §4.1.4). A pointer must lead to before the place where the name, or its part with the pointer, began.</summary>
    public bool TryReadName([NotNullWhen(true)] out DnsName? name)
    {
        name = null;
        Span<byte> wire = stackalloc byte[DnsName.MaxLength];
        var (at, partStart, length, pointers) = (Position, Position, 0, 0);
        while (at < _message.Length)
        {
            var octet = _message[at];
            if (octet >= 0xC0)
            {
                if (at + 1 >= _message.Length || ++pointers > MaxPointers) return false;
                if (pointers == 1) Position = at + 2;

                // Every part begins before the one that led to it: it comes to an end.
                at = ((octet & 0x3F) << 8) | _message[at + 1];
                if (at >= partStart || at < WireTerms.HeaderLength) return false;
                partStart = at;
                continue;
            }

            // 01 and 10 in the first two bits mean nothing any more (RFC 6891 §5).
            if (octet > DnsName.MaxLabelLength || at + 1 + octet > _message.Length || length + 1 + octet > DnsName.MaxLength) return false;
            _message.Slice(at, octet + 1).CopyTo(wire[length..]);
            length += octet + 1;
            at += octet + 1;
            if (octet != 0) continue;
            if (pointers == 0) Position = at;
            name = DnsName.FromWire(wire[..length]);
            return true;
        }

        return false;
    }
}
