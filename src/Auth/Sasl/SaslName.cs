using System.Diagnostics.CodeAnalysis;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Sasl;

/// <summary>Login names as mechanisms and protocols carry them, in UTF-8.</summary>
public static class SaslName
{
    /// <summary>The longest name, in octets; that of RFC 4616's model, and longer than any address.</summary>
    public const int MaxOctets = 255;

    /// <summary>Reads a name; false when it is empty, too long, not UTF-8, or has prohibited characters (RFC 4013).</summary>
    public static bool TryRead(ReadOnlySpan<byte> octets, [NotNullWhen(true)] out string? name)
    {
        name = null;
        if (octets.Length is 0 or > MaxOctets || !SaslPrep.TryPrepare(octets, out var prepared) || prepared.Length == 0) return false;
        name = Encoding.UTF8.GetString(prepared);
        return true;
    }

    /// <summary>
    /// Whether an authorization identity is the client's own: none at all, the name it logged in with, or its address. Nobody may act for another.
    /// </summary>
    public static bool IsOwn(string? authorizationId, string loginName, Identity identity) =>
        string.IsNullOrEmpty(authorizationId)
        || string.Equals(authorizationId, loginName, StringComparison.Ordinal)
        || (EmailAddress.TryParse(authorizationId, out var address) && IsSame(address, identity.Address));

    /// <summary>Whether two addresses are one mailbox of ours.</summary>
    public static bool IsSame(EmailAddress one, EmailAddress other) =>
        string.Equals(one.Local.Key, other.Local.Key, StringComparison.Ordinal) && one.Domain.Equals(other.Domain);
}
