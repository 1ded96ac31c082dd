using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Storage.Messages;

namespace Merpati.Host.Cli.Demo;

/// <summary>A message that is in a mailbox before the dialogue begins.</summary>
/// <param name="Recipient">Whose mailbox it is in.</param>
/// <param name="Octets">The whole message, each line with its CRLF.</param>
/// <param name="IsRead">Whether it has been read already.</param>
internal sealed record SceneMessage(EmailAddress Recipient, ReadOnlyMemory<byte> Octets, bool IsRead) : IBodyContent
{
    private const int LineEnd = 2;

    public long Length => Octets.Length;

    public void Read(long offset, Span<byte> destination) => Octets.Span.Slice((int)offset, destination.Length).CopyTo(destination);

    /// <summary>
    /// The octets of these lines; where they are fewer than <paramref name="size"/> and <paramref name="fills"/>, the last line comes again and again, and is
    /// cut short at the end, until there are as many. Null when it does not come out at exactly that size.
    /// </summary>
    public static byte[]? Compose(IReadOnlyList<string> lines, int size, bool fills)
    {
        var text = new StringBuilder();
        foreach (var line in lines) text.Append(line).Append("\r\n");
        if (fills && lines is [.., { Length: > 1 } last] && Ascii.IsValid(last)) Fill(text, last, size - Encoding.UTF8.GetByteCount(text.ToString()));
        var octets = Encoding.UTF8.GetBytes(text.ToString());
        return octets.Length == size ? octets : null;
    }

    private static void Fill(StringBuilder text, string last, int missing)
    {
        while (missing >= LineEnd)
        {
            var piece = Math.Min(missing, last.Length + LineEnd);
            if (missing - piece is > 0 and < LineEnd) piece--; // no room for a line end would be left
            text.Append(last.AsSpan(0, piece - LineEnd)).Append("\r\n");
            missing -= piece;
        }
    }
}
