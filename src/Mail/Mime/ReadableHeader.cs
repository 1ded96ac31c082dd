namespace Merpati.Mail.Mime;

/// <summary>
/// The fields of a message that people look at, decoded (RFC 2047, RFC 6532): no CR, LF or other control characters are in them. Each is empty where the message has none.
/// </summary>
public sealed record ReadableHeader
{
    /// <summary>Who wrote it, as in <c>Иван &lt;ivan@example.org&gt;</c>; several with commas.</summary>
    public string From { get; init; } = "";

    /// <summary>Whom it is written to.</summary>
    public string To { get; init; } = "";

    /// <summary>Who gets a copy.</summary>
    public string Cc { get; init; } = "";

    /// <summary>What it is about.</summary>
    public string Subject { get; init; } = "";

    /// <summary>When it was written (RFC 5322 §3.3); null when that is missing or cannot be read.</summary>
    public DateTimeOffset? Date { get; init; }
}
