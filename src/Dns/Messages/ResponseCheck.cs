using System.Buffers.Binary;

namespace Merpati.Dns.Messages;

/// <summary>Tells the answer to a question from all else that may come in.</summary>
internal static class ResponseCheck
{
    /// <summary>
    /// Whether it is a response with the question's id, opcode, name, type and class. <paramref name="exactCase"/>: the letters of the name must be in
    /// the question's case.
    /// </summary>
    public static bool Answers(ReadOnlySpan<byte> response, ReadOnlySpan<byte> query, bool exactCase)
    {
        if (response.Length < WireTerms.HeaderLength || !response[..2].SequenceEqual(query[..2])) return false;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(response[2..]);
        if ((flags & WireTerms.IsResponse) == 0 || (flags & WireTerms.OpcodeMask) != 0) return false;

        // Who does not understand a question may not repeat it.
        var questions = BinaryPrimitives.ReadUInt16BigEndian(response[4..]);
        if (questions == 0) return (ResponseCode)(flags & WireTerms.CodeMask) is ResponseCode.FormatError or ResponseCode.NotImplemented;

        // The name is the first of the message, so that nothing stands before it that it could point to: it is never compressed.
        var asked = Question(query);
        if (questions != 1 || response.Length < WireTerms.HeaderLength + asked.Length) return false;
        var repeated = response.Slice(WireTerms.HeaderLength, asked.Length);
        return exactCase ? repeated.SequenceEqual(asked) : EqualBesidesCase(repeated, asked);
    }

    /// <summary>Whether the answer did not fit.</summary>
    public static bool IsTruncated(ReadOnlySpan<byte> response) => (BinaryPrimitives.ReadUInt16BigEndian(response[2..]) & WireTerms.Truncated) != 0;

    private static ReadOnlySpan<byte> Question(ReadOnlySpan<byte> query)
    {
        var end = WireTerms.HeaderLength;
        while (query[end] != 0) end += query[end] + 1;
        return query[WireTerms.HeaderLength..(end + 5)];
    }

    // The type and the class are below the letters, as the lengths are.
    private static bool EqualBesidesCase(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (DnsName.Lower(one[i]) != DnsName.Lower(other[i])) return false;
        }

        return true;
    }
}
