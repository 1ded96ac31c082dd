using Merpati.Mail.Messages;

namespace Merpati.Mail.Mime;

/// <summary>What the header of a message or a part says of its content (RFC 2045, RFC 2183).</summary>
internal sealed record ContentHeader
{
    public const int MaxOctets = 16 * 1024; // kept of the fields

    private const int MaxBoundaryLength = 200; // RFC 2046 §5.1.1 allows 70
    private const int MaxMediaTypeLength = 100;

    private static readonly string[] Names = ["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"];

    /// <summary>In lower case, as in <c>text/plain</c>, which is also what a malformed one is taken for (RFC 2045 §5.2).</summary>
    public string MediaType { get; private init; } = "text/plain";

    public string Charset { get; private init; } = "";

    /// <summary>What parts a multipart; empty where there is none that can be used.</summary>
    public string Boundary { get; private init; } = "";

    /// <summary>In lower case.</summary>
    public string TransferEncoding { get; private init; } = "";

    /// <summary>The file name, safe to show; empty where there is none.</summary>
    public string Name { get; private init; } = "";

    /// <summary>Whether it says that it is to be kept apart (RFC 2183 §2.2, §2.8: what is not known is an attachment).</summary>
    public bool IsKeptApart { get; private init; }

    /// <summary>Whether it has parts that can be told apart.</summary>
    public bool IsMultipart => MediaType.StartsWith("multipart/", StringComparison.Ordinal) && Boundary.Length > 0;

    /// <summary>Whether people read it as text. A multipart without a boundary is text as it stands.</summary>
    public bool IsText => !IsKeptApart && (MediaType is "text/plain" or "text/html" || MediaType.StartsWith("multipart/", StringComparison.Ordinal));

    /// <summary>Watches for the fields that it is read from.</summary>
    public static HeaderFields Watch() => new(MaxOctets, Names);

    /// <summary>Reads it from what has been seen of a header; the parts of a digest are messages unless they say otherwise (RFC 2046 §5.1.5).</summary>
    public static ContentHeader Read(HeaderFields fields, bool isInDigest)
    {
        var type = ParameterList.Read(First(fields, 0));
        var encoding = ParameterList.Read(First(fields, 1));
        var disposition = ParameterList.Read(First(fields, 2));
        var boundary = type["boundary"];
        var name = disposition["filename"];
        return new ContentHeader
        {
            MediaType = IsMediaType(type.Value) ? type.Value : isInDigest && type.Value.Length == 0 ? "message/rfc822" : "text/plain",
            Charset = type["charset"] is var charset && charset.IndexOfAny([' ', '\t', '(']) is var end and >= 0 ? charset[..end] : charset,
            Boundary = boundary.Length <= MaxBoundaryLength && System.Text.Ascii.IsValid(boundary) ? boundary.TrimEnd() : "",
            TransferEncoding = encoding.Value,
            Name = AttachmentName.Clean(name.Length > 0 ? name : type["name"]),
            IsKeptApart = disposition.Value.Length > 0 && disposition.Value != "inline",
        };
    }

    private static ReadOnlySpan<byte> First(HeaderFields fields, int name)
    {
        foreach (var body in fields.Bodies(name)) return body.Span;
        return default;
    }

    // type "/" subtype, of token characters (RFC 2045 §5.1).
    public static bool IsMediaType(string value)
    {
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1 || slash == value.Length - 1 || value.Length > MaxMediaTypeLength) return false;
        for (var i = 0; i < value.Length; i++)
        {
            if (i != slash && (value[i] is <= ' ' or > '~' || "()<>@,;:\\\"/[]?=".Contains(value[i], StringComparison.Ordinal))) return false;
        }

        return true;
    }
}
