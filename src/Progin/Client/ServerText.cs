using System.Buffers;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Progin.Client;

/// <summary>Octets of a server's as text that somebody will print: control characters and what is no text stand as "?".</summary>
internal static class ServerText
{
    public static string Show(ReadOnlySpan<byte> octets)
    {
        var text = new StringBuilder(octets.Length);
        while (!octets.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(octets, out var rune, out var length) == OperationStatus.Done && Utf8Text.IsAllowed(rune);
            text.Append(isText ? rune.ToString() : octets[0] == (byte)'\t' ? " " : "?");
            octets = octets[length..];
        }

        return text.ToString().TrimEnd(' ');
    }
}
