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

    /// <summary>
    /// A reply of one or several lines; the enhanced code, where there is one, stands on each (RFC 2034 §4). What is not printable ASCII
    /// becomes a question mark.
    /// </summary>
    public static SmtpReply Create(int code, EnhancedStatusCode? status, params ReadOnlySpan<string> lines) => Create(code, status, allowUtf8: false, lines);

    /// <summary>The same for a client that has said SMTPUTF8 (RFC 6531 §3.7.4.1, §3.7.4.2): text beyond ASCII stays, controls and the like do not.</summary>
    public static SmtpReply CreateUtf8(int code, EnhancedStatusCode? status, params ReadOnlySpan<string> lines) => Create(code, status, allowUtf8: true, lines);

    /// <summary>A reply that is encoded already.</summary>
    public static SmtpReply Encoded(int code, byte[] octets) => new(code, octets);

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(_octets);

    private static SmtpReply Create(int code, EnhancedStatusCode? status, bool allowUtf8, ReadOnlySpan<string> lines)
    {
        var prefix = status is { } enhanced ? $"{enhanced} " : "";
        var text = new StringBuilder();
        for (var i = 0; i < lines.Length; i++)
        {
            var head = string.Create(CultureInfo.InvariantCulture, $"{code}{(i < lines.Length - 1 ? '-' : ' ')}{prefix}");
            text.Append(head);
            var room = MaxLineLength - "\r\n".Length - head.Length;
            foreach (var rune in lines[i].EnumerateRunes())
            {
                var shown = Utf8Text.IsAllowed(rune) && (allowUtf8 || rune.IsAscii) ? rune : new Rune('?');
                if ((room -= shown.Utf8SequenceLength) < 0) break;
                text.Append(shown.ToString());
            }

            text.Append("\r\n");
        }

        return new SmtpReply(code, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
