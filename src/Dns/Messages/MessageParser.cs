using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Merpati.Dns.Messages;

/// <summary>Reads responses. It is pure, never throws, and its work is bounded by the octets that it is given.</summary>
internal static class MessageParser
{
    /// <summary>The most records that are taken from one response; what comes after them is passed over.</summary>
    public const int MaxRecords = 500;

    /// <summary>Reads a response to a question for <paramref name="wanted"/>; false when it is no well-formed message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> message, DnsType wanted, [NotNullWhen(true)] out DnsMessage? parsed)
    {
        parsed = null;
        if (message.Length < WireTerms.HeaderLength) return false;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        var reader = new MessageReader(message, WireTerms.HeaderLength);
        for (var left = Count(message, 4); left > 0; left--)
        {
            if (!reader.TrySkipName() || !reader.TrySkip(4)) return false;
        }

        var answers = new List<DnsRecord>();
        for (var left = Count(message, 6); left > 0; left--)
        {
            if (!TryReadHead(ref reader, out var head)) return false;
            var isTaken = head.Class == WireTerms.ClassIn && (head.Type == (int)wanted || head.Type == (int)DnsType.Cname) && answers.Count < MaxRecords;
            if (!isTaken)
            {
                if (!reader.TrySkip(head.Length)) return false;
                continue;
            }

            if (!RecordReader.TryRead(ref reader, head, out var record)) return false;
            answers.Add(record);
        }

        if (!TryReadAuthority(ref reader, Count(message, 8), out var negativeTtl)) return false;
        if (!TryReadAdditional(ref reader, Count(message, 10), out var extendedCode)) return false;
        parsed = new DnsMessage
        {
            Code = (ResponseCode)((flags & WireTerms.CodeMask) | extendedCode),
            IsAuthentic = (flags & WireTerms.AuthenticData) != 0,
            IsComplete = (flags & (WireTerms.RecursionAvailable | WireTerms.Authoritative)) != 0,
            Answers = answers,
            NegativeTtl = negativeTtl,
        };
        return true;
    }

    private static int Count(ReadOnlySpan<byte> message, int offset) => BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);

    private static bool TryReadHead(ref MessageReader reader, out RecordHead head)
    {
        head = default;
        var start = reader.Position;
        if (!reader.TrySkipName() || !reader.TryReadUInt16(out var type) || !reader.TryReadUInt16(out var @class)) return false;
        if (!reader.TryReadUInt32(out var ttl) || !reader.TryReadUInt16(out var length)) return false;
        head = new RecordHead(start, type, @class, ttl, length);
        return true;
    }

    // RFC 2308 §5: the absence of records holds for the lesser of the SOA record's own TTL and its MINIMUM field.
    private static bool TryReadAuthority(ref MessageReader reader, int count, out TimeSpan? negativeTtl)
    {
        negativeTtl = null;
        for (; count > 0; count--)
        {
            if (!TryReadHead(ref reader, out var head)) return false;
            if (head.Type != WireTerms.TypeSoa || head.Class != WireTerms.ClassIn)
            {
                if (!reader.TrySkip(head.Length)) return false;
                continue;
            }

            var end = reader.Position + head.Length;
            if (!reader.TrySkipName() || !reader.TrySkipName() || !reader.TrySkip(16) || !reader.TryReadUInt32(out var minimum)) return false;
            if (reader.Position != end) return false;
            var ttl = RecordHead.Duration(minimum);
            negativeTtl = ttl < head.Ttl ? ttl : head.Ttl;
        }

        return true;
    }

    // RFC 6891 §6.1.3: the upper eight bits of the response code stand where other records have their TTL.
    private static bool TryReadAdditional(ref MessageReader reader, int count, out int extendedCode)
    {
        extendedCode = 0;
        for (; count > 0; count--)
        {
            if (!TryReadHead(ref reader, out var head) || !reader.TrySkip(head.Length)) return false;
            if (head.Type == WireTerms.TypeOpt) extendedCode = (int)(head.RawTtl >> 24) << 4;
        }

        return true;
    }
}
