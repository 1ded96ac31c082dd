using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Merpati.Dns.Messages;

/// <summary>Reads the contents of records. What does not fill its length exactly is malformed.</summary>
internal static class RecordReader
{
    public static bool TryRead(ref MessageReader reader, RecordHead head, [NotNullWhen(true)] out DnsRecord? record)
    {
        record = null;
        var start = reader.Position;
        var ownerReader = new MessageReader(reader.Message, head.NameAt);
        if (!ownerReader.TryReadName(out var owner) || !reader.TrySkip(head.Length)) return false;
        var contents = reader.Message.Slice(start, head.Length);
        record = (DnsType)head.Type switch
        {
            DnsType.A when contents.Length == 4 => new AddressRecord(owner, DnsType.A, head.Ttl, new IPAddress(contents)),
            DnsType.Aaaa when contents.Length == 16 => new AddressRecord(owner, DnsType.Aaaa, head.Ttl, new IPAddress(contents)),
            DnsType.Cname or DnsType.Ptr when NameAt(reader.Message, start, head.Length) is { } target => new NameRecord(owner, (DnsType)head.Type, head.Ttl, target),
            DnsType.Mx when contents.Length > 2 && NameAt(reader.Message, start + 2, head.Length - 2) is { } exchange =>
                new MailExchangeRecord(owner, head.Ttl, (contents[0] << 8) | contents[1], exchange),
            DnsType.Txt when Text(contents) is { } text => new TextRecord(owner, head.Ttl, text),

            // RFC 6698 §2.1: an association without a single octet would fit nothing, or with a careless reader everything.
            DnsType.Tlsa when contents.Length > 3 => new TlsaRecord(owner, head.Ttl, contents[0], contents[1], contents[2], contents[3..].ToArray()),
            _ => null,
        };
        return record is not null;
    }

    private static DnsName? NameAt(ReadOnlySpan<byte> message, int start, int length)
    {
        var reader = new MessageReader(message, start);
        return reader.TryReadName(out var name) && reader.Position == start + length ? name : null;
    }

    // RFC 1035 §3.3: character strings, each with its length before it; at least one.
    private static byte[]? Text(ReadOnlySpan<byte> contents)
    {
        if (contents.IsEmpty) return null;
        var text = new byte[contents.Length];
        var length = 0;
        for (var at = 0; at < contents.Length; at += contents[at] + 1)
        {
            if (at + 1 + contents[at] > contents.Length) return null;
            contents.Slice(at + 1, contents[at]).CopyTo(text.AsSpan(length));
            length += contents[at];
        }

        return text[..length];
    }
}
