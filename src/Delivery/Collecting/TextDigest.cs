using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Merpati.Delivery.Collecting;

/// <summary>
/// What names a message that has no unique-id to go by: a digest of its text. It holds a space, so that it is never taken for a unique-id
/// (RFC 1939 §7: 0x21 to 0x7E).
/// </summary>
internal static class TextDigest
{
    private const string Prefix = "sha256 ";

    /// <summary>Whether a name is a digest.</summary>
    public static bool Is(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The name of a message of which all octets have been hashed.</summary>
    public static string Name(IncrementalHash hash)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return Prefix + Base64Url.EncodeToString(digest);
    }

    /// <summary>Whether a unique-id is one that a message can be known by (RFC 1939 §7).</summary>
    public static bool IsUniqueId(string? text) => text is { Length: >= 1 and <= 70 } && !text.AsSpan().ContainsAnyExceptInRange('\x21', '\x7E') && Ascii.IsValid(text);
}
