namespace Merpati.Wire.Lines;

/// <summary>What is done about a CR or LF in message text that is not part of a CRLF. Neither choice ever ends the text there.</summary>
public enum BareNewlines
{
    /// <summary>The text is read to its true end and then refused (RFC 5321 §2.3.8).</summary>
    Refuse,

    /// <summary>Each is turned into CRLF.</summary>
    Normalise,
}
