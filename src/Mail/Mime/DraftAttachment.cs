namespace Merpati.Mail.Mime;

/// <summary>A file that goes with a draft.</summary>
/// <param name="Name">Its name; what is no part of one is cleaned away (<see cref="AttachmentName.Clean"/>).</param>
/// <param name="MediaType">Its type, as in <c>image/png</c>; one that is none, or that may not stand in base64 (message and multipart, RFC 2046 §5), becomes application/octet-stream.</param>
/// <param name="Content">Its octets; read once, from where it stands to its end, while the draft is written. It stays open.</param>
public sealed record DraftAttachment(string Name, string MediaType, Stream Content);
