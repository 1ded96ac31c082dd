using System.Text;

namespace Merpati.Pop3.Tests;

/// <summary>Text beyond ASCII as transcripts have it: each octet of its UTF-8 a character.</summary>
internal static class OctetText
{
    public static string Of(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
