using System.Buffers.Text;
using Merpati.Wire.Lines;

namespace Merpati.Progin.Grammar;

/// <summary>Encodes octets as base64 in lines of 76 characters (RFC 2045 §6.8). Pieces of any size; <see cref="Finish"/> writes what is left.</summary>
internal sealed class Base64Encoder(IOctetSink sink) : IBodyEncoder
{
    private const int Line = 57; // octets that make 76 characters
    private const int Lines = 64; // that are handed on at once

    private readonly byte[] _held = new byte[Line];
    private readonly byte[] _block = new byte[Lines * 78];
    private int _count; // octets held
    private int _used;

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var taken = Math.Min(Line - _count, octets.Length);
            octets[..taken].CopyTo(_held.AsSpan(_count));
            octets = octets[taken..];
            _count += taken;
            if (_count == Line) EndLine();
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        if (_count > 0) EndLine();
        Flush();
    }

    private void EndLine()
    {
        Base64.EncodeToUtf8(_held.AsSpan(0, _count), _block.AsSpan(_used), out _, out var written);
        _used += written;
        "\r\n"u8.CopyTo(_block.AsSpan(_used));
        _used += 2;
        _count = 0;
        if (_used > _block.Length - 78) Flush();
    }

    private void Flush()
    {
        if (_used > 0) sink.Append(_block.AsSpan(0, _used));
        _used = 0;
    }
}
