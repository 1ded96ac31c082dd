using System.Globalization;
using System.Security.Cryptography;

namespace Merpati.Pop3.Server;

/// <summary>
/// The timestamp of a banner (RFC 1939 §7): a msg-id with 128 random bits and the time. It is never the same twice, and nobody knows it before it is
/// sent, so that no digest can be had in advance.
/// </summary>
internal static class ApopTimestamp
{
    private const int RandomOctets = 16;

    public static string Create(string hostName, TimeProvider time)
    {
        Span<byte> random = stackalloc byte[RandomOctets];
        RandomNumberGenerator.Fill(random);
        return string.Create(CultureInfo.InvariantCulture, $"<{Convert.ToHexStringLower(random)}.{time.GetUtcNow().ToUnixTimeSeconds()}@{hostName}>");
    }
}
