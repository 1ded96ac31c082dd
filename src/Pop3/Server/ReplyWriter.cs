using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Merpati.Pop3.Server.Texts;
using Merpati.Wire.Connections;
using Merpati.Wire.Lines;

namespace Merpati.Pop3.Server;

/// <summary>Puts replies on the wire, formatting them where they will lie. It says when the client is not there to read any more.</summary>
internal sealed class ReplyWriter(WireConnection connection, TimeSpan sendTimeout, Pop3Language language)
{
    /// <summary>The longest reply line in octets, CRLF included (RFC 2449 §4).</summary>
    public const int MaxLineLength = 512;

    /// <summary>The longest line of a listing in octets: three numbers of at most 20 digits and what stands between them.</summary>
    public const int MaxListingLine = 64;

    private const int ListingBlock = 4096;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Writes one line of a listing into a span that has room for it; returns its octets.</summary>
    public delegate int ListingLine(Maildrop maildrop, int index, Span<byte> line);

    /// <summary>The language of the status lines from now on.</summary>
    public Pop3Texts Texts { get; set; } = Pop3Texts.Of(language);

    /// <summary>Formats a status line with its CRLF; returns its octets. The destination holds <see cref="MaxLineLength"/>.</summary>
    public static int Format(in Pop3Reply reply, Pop3Texts texts, Span<byte> destination)
    {
        var text = reply.TextIn(texts).AsSpan();
        var status = reply.Rejection is null ? "+OK"u8 : "-ERR"u8;
        status.CopyTo(destination);
        var at = status.Length;
        if (!text.IsEmpty) destination[at++] = (byte)' ';
        var first = true;
        while (!text.IsEmpty)
        {
            var place = text.IndexOf('%');
            at += Utf8.GetBytes(place < 0 ? text : text[..place], destination[at..]);
            if (place < 0) break;
            if (text[place + 1] == 'w')
            {
                at += Utf8.GetBytes(reply.Word, destination[at..]);
            }
            else
            {
                var number = first ? reply.First : reply.Second;
                at += FormatNumber(number, destination[at..]);
                var noun = texts.NounOf(text[place + 1], number);
                noun.CopyTo(destination[at..]);
                at += noun.Length;
                first = false;
            }

            text = text[(place + 2)..];
        }

        "\r\n"u8.CopyTo(destination[at..]);
        return at + 2;
    }

    /// <summary>Writes a number; returns its octets.</summary>
    public static int FormatNumber(long number, Span<byte> destination) =>
        Utf8Formatter.TryFormat(number, destination, out var written) ? written : throw new InvalidOperationException("no room for a number");

    /// <summary>Writes a status line.</summary>
    public void Write(in Pop3Reply reply) => connection.Output.Advance(Format(reply, Texts, connection.Output.GetSpan(MaxLineLength)));

    /// <summary>Writes octets that are ours, line ends included.</summary>
    public void Write(ReadOnlySpan<byte> octets) => connection.Output.Write(octets);

    /// <summary>Writes a line of ASCII that is ours.</summary>
    public void WriteLine(string text)
    {
        var line = connection.Output.GetSpan(text.Length + 2);
        var length = Encoding.ASCII.GetBytes(text, line);
        "\r\n"u8.CopyTo(line[length..]);
        connection.Output.Advance(length + 2);
    }

    /// <summary>Writes the next octets of a message.</summary>
    public void Write(ReadOnlySpan<byte> octets, ref DotTextEncoder encoder) => encoder.Write(octets, connection.Output);

    /// <summary>Ends a message.</summary>
    public void End(ref DotTextEncoder encoder) => encoder.End(connection.Output);

    /// <summary>Writes one line for each message that is not marked, and the dot that ends them; false when the client does not read.</summary>
    public async ValueTask<bool> WriteListingAsync(Maildrop maildrop, ListingLine line)
    {
        for (var next = 0; next < maildrop.Count;)
        {
            next = WriteListingBlock(maildrop, next, line);
            if (!await FlushIfLargeAsync()) return false;
        }

        Write(".\r\n"u8);
        return true;
    }

    /// <summary>Sends what was written once it is much; false when the client is gone or does not read.</summary>
    public ValueTask<bool> FlushIfLargeAsync() => connection.FlushIfLargeAsync(sendTimeout);

    private int WriteListingBlock(Maildrop maildrop, int next, ListingLine line)
    {
        var block = connection.Output.GetSpan(ListingBlock);
        var at = 0;
        for (; next < maildrop.Count && at + MaxListingLine <= block.Length; next++)
        {
            if (!maildrop.IsMarked(next)) at += line(maildrop, next, block[at..]);
        }

        connection.Output.Advance(at);
        return next;
    }
}
