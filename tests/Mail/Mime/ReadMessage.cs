using System.Text;
using Merpati.Mail.Mime;

namespace Merpati.Mail.Tests.Mime;

/// <summary>What a reader told of a message.</summary>
internal sealed class ReadMessage : IReadableMessageSink
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _shown = new();
    private ReadableHeader? _told;

    public ReadableHeader Told => _told ?? throw new InvalidOperationException("no header was told");

    public string Text => _text.ToString();

    public List<AttachmentHeader> Attachments { get; } = [];

    /// <summary>The text, with the names of attachments in brackets where they were told.</summary>
    public string Shown => _shown.ToString();

    /// <summary>Everything in one text, to be compared.</summary>
    public string All => $"{Told}\n{string.Join('|', Attachments)}\n{Shown}";

    /// <summary>Reads a message handed in whole.</summary>
    public static ReadMessage Of(ReadOnlySpan<byte> octets) => Of(octets, int.MaxValue);

    /// <summary>Reads a message handed in by pieces of so many octets.</summary>
    public static ReadMessage Of(ReadOnlySpan<byte> octets, int piece)
    {
        var read = new ReadMessage();
        var reader = new MessageReader(read);
        while (!octets.IsEmpty)
        {
            var length = Math.Min(piece, octets.Length);
            reader.Write(octets[..length]);
            octets = octets[length..];
        }

        reader.Complete();
        return read;
    }

    /// <summary>Reads a message of characters up to 255, its lines ending in LF; with CRLF it must be the same.</summary>
    public static ReadMessage Of(string message)
    {
        var read = Of(Encoding.Latin1.GetBytes(message));
        Assert.Equal(read.All, Of(Encoding.Latin1.GetBytes(message.Replace("\n", "\r\n", StringComparison.Ordinal))).All);
        return read;
    }

    public void Header(ReadableHeader header)
    {
        Assert.Null(_told);
        Assert.DoesNotContain($"{header.From}{header.To}{header.Cc}{header.Subject}", char.IsControl);
        _told = header;
    }

    void IReadableMessageSink.Text(ReadOnlySpan<char> text)
    {
        Assert.NotNull(_told);
        Assert.False(text.IsEmpty);
        Assert.False(char.IsHighSurrogate(text[^1]) || char.IsLowSurrogate(text[0]));
        Assert.False(text.Contains('\r'));
        _text.Append(text);
        _shown.Append(text);
    }

    public void Attachment(AttachmentHeader attachment)
    {
        Assert.NotNull(_told);
        Assert.DoesNotContain(attachment.Name, c => char.IsControl(c) || c is '/' or '\\');
        Attachments.Add(attachment);
        _shown.Append('[').Append(attachment.Name).Append(']');
    }
}
