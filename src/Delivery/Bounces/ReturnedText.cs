using Merpati.Storage.Messages;

namespace Merpati.Delivery.Bounces;

/// <summary>What a notice brings back of the message: all of it or its header, bounded.</summary>
/// <param name="Octets">The octets; empty when there is nothing any more.</param>
/// <param name="IsWhole">Whether that is the whole message.</param>
internal sealed record ReturnedText(ReadOnlyMemory<byte> Octets, bool IsWhole)
{
    /// <summary>The most of a message, or of its header, that a notice brings back.</summary>
    public const int MaxOctets = 48 * 1024;

    public static readonly ReturnedText Nothing = new(ReadOnlyMemory<byte>.Empty, IsWhole: false);

    /// <summary>Reads it from the queue; <paramref name="wantsAll"/> asks for the whole message where it is small enough.</summary>
    public static async ValueTask<ReturnedText> ReadAsync(IMessageReader reader, bool wantsAll, CancellationToken cancellation)
    {
        using var text = new MemoryStream();
        while (text.Length < MaxOctets && await reader.ReadAsync(cancellation) is { IsEmpty: false } piece)
        {
            text.Write(piece.Span[..(int)Math.Min(piece.Length, MaxOctets - text.Length)]);
        }

        return Cut(text.ToArray(), wantsAll && reader.Size <= MaxOctets);
    }

    /// <summary>The same from a message that was just taken in.</summary>
    public static ReturnedText Read(IBodyContent body, bool wantsAll)
    {
        var text = new byte[(int)Math.Min(body.Length, MaxOctets)];
        body.Read(0, text);
        return Cut(text, wantsAll && body.Length <= MaxOctets);
    }

    public ReturnedText HeaderOnly() => IsWhole ? Cut(Octets, isWhole: false) : this;

    // A header that is too long ends with its last whole line.
    private static ReturnedText Cut(ReadOnlyMemory<byte> text, bool isWhole)
    {
        if (isWhole) return new ReturnedText(text, IsWhole: true);
        var end = text.Span.IndexOf("\r\n\r\n"u8);
        if (end < 0) end = text.Span.LastIndexOf("\r\n"u8);
        return new ReturnedText(end < 0 ? ReadOnlyMemory<byte>.Empty : text[..(end + 2)], IsWhole: false);
    }
}
