using System.Text;
using Merpati.Auth.Sasl;

namespace Merpati.Pop3.Server.Commands;

/// <summary>Reads a login name, in UTF-8 perhaps (RFC 6856 §2.2).</summary>
internal static class NameArgument
{
    /// <summary>The name; null when it is not ASCII and not UTF-8 either, or holds what SASLprep prohibits.</summary>
    public static string? Read(ReadOnlySpan<byte> name)
    {
        if (Ascii.IsValid(name)) return Encoding.ASCII.GetString(name);
        return SaslName.TryRead(name, out var prepared) ? prepared : null;
    }
}
