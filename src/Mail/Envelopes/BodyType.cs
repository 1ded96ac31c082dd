namespace Merpati.Mail.Envelopes;

/// <summary>What MAIL's BODY parameter declares of the message (RFC 6152 §3, RFC 3030 §3).</summary>
public enum BodyType
{
    /// <summary>Only US-ASCII, or nothing declared.</summary>
    SevenBit,

    /// <summary>Octets above 127 may occur.</summary>
    EightBitMime,

    /// <summary>Any octets, lines of any length, bare CR and LF too; it can only come in chunks (RFC 3030 §3).</summary>
    BinaryMime,
}
