using System.Buffers;

namespace Merpati.Wire.Lines;

/// <summary>Reads a text that says itself where it ends. Resumable: it may be shown the stream in pieces of any size.</summary>
public interface ITextDecoder
{
    /// <summary>Whether the end has been seen, or no more is wanted.</summary>
    bool Ended { get; }

    /// <summary>Decodes a buffer and moves its start past what was used, which is all of it until the text has ended.</summary>
    void Decode(ref ReadOnlySequence<byte> buffer);
}
