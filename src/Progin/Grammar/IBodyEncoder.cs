namespace Merpati.Progin.Grammar;

/// <summary>A transfer encoding (RFC 2045 §6) on its way: takes a text piece by piece and hands on what it became.</summary>
internal interface IBodyEncoder
{
    /// <summary>Encodes the next octets.</summary>
    void Write(ReadOnlySpan<byte> octets);

    /// <summary>Hands on what is left, after the last octet.</summary>
    void Finish();
}
