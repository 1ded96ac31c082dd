using System.Security.Cryptography;
using Merpati.Mail.Addresses;

namespace Merpati.Mail.Mime;

/// <summary>
/// A message to be written: who, to whom, about what, the text and the files. It is written as RFC 5322 and MIME (RFC 2045) ask, in 7-bit lines of at most 78
/// characters where that can be; only addresses beyond ASCII stand in UTF-8 (RFC 6532). Nothing in it can bring in a field or a line of its own: control characters become spaces.
/// </summary>
public sealed class MessageDraft
{
    /// <summary>Who writes.</summary>
    public required NamedAddress From { get; init; }

    /// <summary>To whom; when nobody is named here or in Cc, the message says so.</summary>
    public IReadOnlyList<NamedAddress> To { get; init; } = [];

    /// <summary>Who gets a copy.</summary>
    public IReadOnlyList<NamedAddress> Cc { get; init; } = [];

    /// <summary>Who gets a copy that nobody else learns of: never written, only among the <see cref="Recipients"/>.</summary>
    public IReadOnlyList<NamedAddress> Bcc { get; init; } = [];

    /// <summary>Where answers go, if not to the writer.</summary>
    public NamedAddress? ReplyTo { get; init; }

    /// <summary>What it is about.</summary>
    public string Subject { get; init; } = "";

    /// <summary>When it is written, by the clock of the caller.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Its name in the world, without angle brackets, as <see cref="NewMessageId"/> makes it; empty when whoever takes it in gives it one (RFC 6409 §8.3).</summary>
    public string MessageId { get; init; } = "";

    /// <summary>The name of the message that this one answers, without angle brackets; empty when it answers none. It is named in References too (RFC 5322 §3.6.4).</summary>
    public string InReplyTo { get; init; } = "";

    /// <summary>The text, in lines that end in LF, CR or CRLF; the last is ended where it is not.</summary>
    public string Text { get; init; } = "";

    /// <summary>The files, in their order.</summary>
    public IReadOnlyList<DraftAttachment> Attachments { get; init; } = [];

    /// <summary>Further fields.</summary>
    public IReadOnlyList<DraftField> Fields { get; init; } = [];

    /// <summary>Whom it goes to, each once: the addresses of To, Cc and Bcc.</summary>
    public IReadOnlyList<EmailAddress> Recipients => [.. To.Concat(Cc).Concat(Bcc).Select(mailbox => mailbox.Address).Distinct()];

    /// <summary>Whether its header has an address beyond ASCII, so that it can only go where SMTPUTF8 is known (RFC 6531 §3.4). An envelope may need that for its own addresses.</summary>
    public bool NeedsSmtpUtf8 => To.Concat(Cc).Append(From).Append(ReplyTo ?? From).Any(mailbox => !mailbox.Address.IsAscii);

    /// <summary>A new name for a message, at a host or domain, without angle brackets (RFC 5322 §3.6.4): 128 random bits, which tell nothing of the writer.</summary>
    public static string NewMessageId(Domain host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}@{host}";
    }

    /// <summary>Writes the message, its lines ending in CRLF, and flushes. The files are read as they are written: none is held. It throws what the streams throw.</summary>
    public Task WriteToAsync(Stream output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        return new DraftWriter(this, output).WriteAsync(cancellation);
    }
}
