namespace Merpati.Pop3.Server.Texts;

/// <summary>A language in which the server's replies can be written (LANG, RFC 6856 §3).</summary>
public enum Pop3Language
{
    /// <summary>English, tag <c>en</c>: ASCII alone.</summary>
    English,

    /// <summary>Russian, tag <c>ru</c>, in UTF-8.</summary>
    Russian,

    /// <summary>Indonesian, tag <c>id</c>.</summary>
    Indonesian,
}
