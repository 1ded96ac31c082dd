using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Merpati.Dns.Messages;

/// <summary>Writes questions.</summary>
internal static class QueryWriter
{
    private const int OptLength = 11;

    /// <summary>A question with a random id, ready to be sent in a datagram.</summary>
    public static byte[] Write(DnsQuestion question, bool withEdns, bool randomCase)
    {
        var name = question.Name.Wire;
        var query = new byte[WireTerms.HeaderLength + name.Length + 4 + (withEdns ? OptLength : 0)];
        RandomNumberGenerator.Fill(query.AsSpan(0, 2));

        // RFC 6840 §5.7: AD in a question says that AD in the answer is understood.
        BinaryPrimitives.WriteUInt16BigEndian(query.AsSpan(2), WireTerms.RecursionDesired | WireTerms.AuthenticData);
        query[5] = 1;
        name.CopyTo(query.AsSpan(WireTerms.HeaderLength));
        if (randomCase) Mix(query.AsSpan(WireTerms.HeaderLength, name.Length));

        var rest = query.AsSpan(WireTerms.HeaderLength + name.Length);
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)question.Type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], WireTerms.ClassIn);
        if (!withEdns) return query;

        // RFC 6891 §6.1.2: the root's name, the type, and the size of datagram in the place of the class.
        query[11] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(rest[5..], WireTerms.TypeOpt);
        BinaryPrimitives.WriteUInt16BigEndian(rest[7..], WireTerms.DatagramSize);
        return query;
    }

    private static void Mix(Span<byte> name)
    {
        Span<byte> random = stackalloc byte[DnsName.MaxLength];
        RandomNumberGenerator.Fill(random);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] is >= (byte)'a' and <= (byte)'z' && (random[i] & 1) != 0) name[i] &= 0xDF;
        }
    }
}
