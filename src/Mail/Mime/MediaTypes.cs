namespace Merpati.Mail.Mime;

/// <summary>The media types (RFC 2046) of common files.</summary>
public static class MediaTypes
{
    private const string Unknown = "application/octet-stream";

    private static readonly Dictionary<string, string> ByExtension = new(StringComparer.OrdinalIgnoreCase)
    {
        [".txt"] = "text/plain",
        [".log"] = "text/plain",
        [".md"] = "text/markdown",
        [".csv"] = "text/csv",
        [".html"] = "text/html",
        [".htm"] = "text/html",
        [".css"] = "text/css",
        [".ics"] = "text/calendar",
        [".vcf"] = "text/vcard",
        [".xml"] = "application/xml",
        [".json"] = "application/json",
        [".js"] = "text/javascript",
        [".pdf"] = "application/pdf",
        [".rtf"] = "application/rtf",
        [".zip"] = "application/zip",
        [".gz"] = "application/gzip",
        [".tar"] = "application/x-tar",
        [".7z"] = "application/x-7z-compressed",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".gif"] = "image/gif",
        [".webp"] = "image/webp",
        [".svg"] = "image/svg+xml",
        [".bmp"] = "image/bmp",
        [".tif"] = "image/tiff",
        [".tiff"] = "image/tiff",
        [".mp3"] = "audio/mpeg",
        [".ogg"] = "audio/ogg",
        [".wav"] = "audio/x-wav",
        [".mp4"] = "video/mp4",
        [".webm"] = "video/webm",
        [".avi"] = "video/x-msvideo",
        [".doc"] = "application/msword",
        [".xls"] = "application/vnd.ms-excel",
        [".ppt"] = "application/vnd.ms-powerpoint",
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        [".odt"] = "application/vnd.oasis.opendocument.text",
        [".ods"] = "application/vnd.oasis.opendocument.spreadsheet",
    };

    /// <summary>The type of a file by the end of its name; application/octet-stream where that says nothing. A kept message (.eml) is such a one too: as message/rfc822 it could not go in base64.</summary>
    public static string ByName(string fileName)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        return ByExtension.GetValueOrDefault(Path.GetExtension(fileName), Unknown);
    }

    // RFC 2046 §5.1, §5.2: these may not stand in base64.
    internal static string ForAttachment(string mediaType)
    {
        var type = mediaType.ToLowerInvariant();
        return ContentHeader.IsMediaType(type) && !type.StartsWith("multipart/", StringComparison.Ordinal) && !type.StartsWith("message/", StringComparison.Ordinal) ? type : Unknown;
    }
}
