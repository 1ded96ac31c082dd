using System.Buffers;
using System.Security.Cryptography;

namespace Merpati.Auth.Sasl;

/// <summary>An MD5 digest as 32 hexadecimal digits.</summary>
internal static class HexDigest
{
    public const int Length = 2 * MD5.HashSizeInBytes;

    /// <summary>Reads the digits, in either case; false when they are not 32 digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out byte[] digest)
    {
        digest = new byte[MD5.HashSizeInBytes];
        return text.Length == Length && Convert.FromHexString(text, digest, out _, out _) == OperationStatus.Done;
    }

    /// <summary>The digits in lower case, as they are sent and hashed again.</summary>
    public static byte[] Write(ReadOnlySpan<byte> digest)
    {
        var text = new byte[2 * digest.Length];
        Convert.TryToHexStringLower(digest, text, out _);
        return text;
    }
}
