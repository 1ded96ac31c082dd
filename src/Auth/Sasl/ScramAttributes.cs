using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Merpati.Auth.Sasl;

/// <summary>Reads the attributes of a SCRAM message, <c>x=value</c> with commas between (RFC 5802 §7), one after the other.</summary>
internal ref struct ScramAttributes
{
    private ReadOnlySpan<byte> _rest;
    private bool _isOver;

    /// <summary>Begins at the first attribute.</summary>
    public ScramAttributes(ReadOnlySpan<byte> message)
    {
        _rest = message;
        _isOver = message.IsEmpty;
    }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsOver => _isOver;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next attribute; false when there is none or it is malformed.</summary>
    public bool TryRead(out byte name, out ReadOnlySpan<byte> value)
    {
        name = 0;
        value = default;
        if (_isOver) return false;
        var comma = _rest.IndexOf((byte)',');
        var whole = comma < 0 ? _rest : _rest[..comma];
        _isOver = comma < 0;
        _rest = comma < 0 ? default : _rest[(comma + 1)..];
        // RFC 5802 §7: attr-val = ALPHA "=" value, and value has no NUL and at least one character.
        if (whole.Length < 3 || !char.IsAsciiLetter((char)whole[0]) || whole[1] != (byte)'=' || whole.Contains((byte)0)) return false;
        name = whole[0];
        value = whole[2..];
        return true;
    }

    /// <summary>The next attribute, which must have this name.</summary>
    public bool TryRead(char expected, out ReadOnlySpan<byte> value) => TryRead(out var name, out value) && name == (byte)expected;

    /// <summary>Whether all that is left are well-formed extensions, which are ignored (RFC 5802 §5.1).</summary>
    public bool SkipExtensions()
    {
        while (!_isOver)
        {
            if (!TryRead(out var name, out var value) || name == (byte)'m' || !Utf8.IsValid(value)) return false;
        }

        return true;
    }

    /// <summary>Whether octets are a nonce: printable ASCII without commas, of a bounded length.</summary>
    public static bool IsNonce(ReadOnlySpan<byte> value) => value.Length is > 0 and <= 512 && !value.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E);

    /// <summary>Reads a name, where "=2C" is a comma and "=3D" an equals sign (RFC 5802 §5.1).</summary>
    public static bool TryReadName(ReadOnlySpan<byte> value, out string? name)
    {
        name = null;
        if (value.Length > 3 * SaslName.MaxOctets) return false;
        var octets = new byte[value.Length];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            octets[length] = value[i];
            if (value[i] == (byte)'=')
            {
                if (i + 2 >= value.Length || value[i + 1] is not ((byte)'2' or (byte)'3')) return false;
                if (!value.Slice(i + 1, 2).SequenceEqual("2C"u8) && !value.Slice(i + 1, 2).SequenceEqual("3D"u8)) return false;
                octets[length] = value[i + 1] == (byte)'2' ? (byte)',' : (byte)'=';
                i += 2;
            }

            length++;
        }

        return SaslName.TryRead(octets.AsSpan(0, length), out name);
    }

    /// <summary>Writes a name for the wire.</summary>
    public static string Escape(string name) =>
        name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    /// <summary>Decodes base64 of at most so many octets, without white space.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> value, int most, out byte[] octets)
    {
        octets = [];
        if (value.Length % 4 != 0 || value.Length > (most + 2) / 3 * 4 || value.ContainsAny(" \t\r\n"u8)) return false;
        var buffer = new byte[value.Length / 4 * 3];
        if (Base64.DecodeFromUtf8(value, buffer, out _, out var length) != OperationStatus.Done || length > most) return false;
        octets = buffer[..length];
        // One value has one text: the decoder lets stray bits pass.
        return value.SequenceEqual(Encoding.ASCII.GetBytes(Convert.ToBase64String(octets)));
    }
}
