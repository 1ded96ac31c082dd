using System.Buffers;
using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Status;

namespace Merpati.Smtp.Grammar;

/// <summary>
/// A reply (RFC 5321 §4.2) as it goes over the wire, encoded once. Whatever text it is made of, its lines are printable ASCII, or such UTF-8
/// as <see cref="Utf8Text"/> allows where the client has asked for it, and no longer than RFC 5321 §4.5.3.1.5 allows.
/// </summary>
internal sealed class SmtpReply
{
    /// <summary>The longest reply line, in octets, its CRLF included (RFC 5321 §4.5.3.1.5).</summary>
    public const int MaxLineLength = 512;

    /// <summary>No reply: what follows on the wire is not this protocol's, or was said before.</summary>
    public static readonly SmtpReply Silence = new(200, []);

    private readonly byte[] _octets;

    private SmtpReply(int code, byte[] octets)
    {
        Code = code;
        _octets = octets;
    }

    /// <summary>The reply code, 200 to 599.</summary>
    public int Code { get; }

    /// <summary>All lines, each with its CRLF.</summary>
    public ReadOnlyMemory<byte> Octets => _octets;

    /// <summary>Whether the sender closes the connection after it.</summary>
    public bool Closes => Code is 221 or 421;

    /// <summary>Whether more is asked of the client before the command is done.</summary>
    public bool IsIntermediate => Code is >= 300 and < 400;

    /// <summary>A reply of one or several lines; the enhanced code, where there is one, stands on each (RFC 2034 §4).</summary>
    public static SmtpReply Create(int code, EnhancedStatusCode? status, params ReadOnlySpan<string> lines) => Create(code, status, takesUtf8: false, lines);

    /// <summary>The same; with <paramref name="takesUtf8"/>, for a client that has asked for it, letters beyond ASCII stay (RFC 6531 §3.7.4).</summary>
    public static SmtpReply Create(int code, EnhancedStatusCode? status, bool takesUtf8, params ReadOnlySpan<string> lines)
    {
        var prefix = status is { } enhanced ? $"{enhanced} " : "";
        var octets = new ArrayBufferWriter<byte>();
        Span<byte> encoded = stackalloc byte[4];
        for (var i = 0; i < lines.Length; i++)
        {
            var left = MaxLineLength - 2 - Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{code}{(i < lines.Length - 1 ? '-' : ' ')}{prefix}"), octets);
            foreach (var rune in lines[i].EnumerateRunes())
            {
                var isSayable = Utf8Text.IsAllowed(rune) && (takesUtf8 || rune.IsAscii);
                var character = encoded[..(isSayable ? rune : new Rune('?')).EncodeToUtf8(encoded)];
                left -= character.Length;
                if (left < 0) break;
                octets.Write(character);
            }

            octets.Write("\r\n"u8);
        }

        return new SmtpReply(code, octets.WrittenSpan.ToArray());
    }

    /// <summary>A reply that is encoded already.</summary>
    public static SmtpReply Encoded(int code, byte[] octets) => new(code, octets);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_octets);
}
