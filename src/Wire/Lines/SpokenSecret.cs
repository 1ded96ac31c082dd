using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Merpati.Wire.Lines;

/// <summary>
/// What a client has said last that is secret, so that it can be taken out of the reply: some servers repeat a line that they do not understand, and a reply
/// goes into transcripts, logs and error lines. It is kept until <see cref="Forget"/>, in memory that is overwritten then.
/// </summary>
public sealed class SpokenSecret
{
    private const int Shortest = 2; // octets: what is shorter is in every reply

    private byte[]? _plain;
    private byte[]? _encoded;

    /// <summary>
    /// Keeps what was said, in place of what was kept. Of the fields of SASL PLAIN, which a NUL parts (RFC 4616 §2), only the last is secret by itself.
    /// Where <paramref name="isEncoded"/> it was said in base64, and that is looked for as well.
    /// </summary>
    public void Keep(ReadOnlySpan<byte> octets, bool isEncoded)
    {
        Forget();
        _plain = octets[(octets.LastIndexOf((byte)0) + 1)..].ToArray();
        if (!isEncoded) return;
        _encoded = new byte[Base64.GetMaxEncodedToUtf8Length(octets.Length)];
        Base64.EncodeToUtf8(octets, _encoded, out _, out _);
    }

    /// <summary>The line, with <c>...</c> wherever the secret is in it behind its first <paramref name="status"/> octets, which say what kind of reply it is.</summary>
    public ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> line, int status) => Mask(Mask(line, status, _encoded), status, _plain);

    /// <summary>Overwrites what is kept.</summary>
    public void Forget()
    {
        CryptographicOperations.ZeroMemory(_plain);
        CryptographicOperations.ZeroMemory(_encoded);
        _plain = _encoded = null;
    }

    private static ReadOnlyMemory<byte> Mask(ReadOnlyMemory<byte> line, int status, byte[]? secret)
    {
        if (secret is null || secret.Length < Shortest || line.Length <= status || line.Span[status..].IndexOf(secret) < 0) return line;
        var masked = new ArrayBufferWriter<byte>(line.Length + 3);
        masked.Write(line.Span[..status]);
        var rest = line.Span[status..];
        for (var at = rest.IndexOf(secret); at >= 0; at = rest.IndexOf(secret))
        {
            masked.Write(rest[..at]);
            masked.Write("..."u8);
            rest = rest[(at + secret.Length)..];
        }

        masked.Write(rest);
        return masked.WrittenMemory;
    }
}
