namespace Merpati.Mail.Mime;

/// <summary>What is known of an attachment where it begins.</summary>
/// <param name="Name">Its file name, decoded (RFC 2183, RFC 2231), without folders or control characters; empty when it has none.</param>
/// <param name="MediaType">Its type in lower case, as in <c>image/png</c> (RFC 2045 §5).</param>
public sealed record AttachmentHeader(string Name, string MediaType);
