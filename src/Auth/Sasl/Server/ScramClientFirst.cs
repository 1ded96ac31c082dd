namespace Merpati.Auth.Sasl.Server;

/// <summary>The first message of a SCRAM client (RFC 5802 §7, client-first-message).</summary>
internal sealed class ScramClientFirst
{
    private ScramClientFirst()
    {
    }

    /// <summary><c>n</c>, <c>y</c> or <c>p</c>.</summary>
    public required char BindingFlag { get; init; }

    /// <summary>The name of the channel binding after <c>p=</c>; else empty.</summary>
    public required byte[] BindingName { get; init; }

    /// <summary>The authorization identity; null when none was given.</summary>
    public required string? AuthorizationId { get; init; }

    /// <summary>The gs2-header with its last comma, as it came.</summary>
    public required byte[] Header { get; init; }

    /// <summary>What follows the header, client-first-message-bare, as it came.</summary>
    public required byte[] Bare { get; init; }

    public required string UserName { get; init; }

    public required byte[] Nonce { get; init; }

    /// <summary>Reads the message; null when it is malformed.</summary>
    public static ScramClientFirst? Parse(ReadOnlySpan<byte> message)
    {
        // gs2-header = gs2-cbind-flag "," [ authzid ] ","
        var flagEnd = message.IndexOf((byte)',');
        if (flagEnd < 1 || !TryReadFlag(message[..flagEnd], out var flag, out var bindingName)) return null;
        var identityLength = message[(flagEnd + 1)..].IndexOf((byte)',');
        if (identityLength < 0) return null;
        var identity = message.Slice(flagEnd + 1, identityLength);
        string? authorizationId = null;
        if (!identity.IsEmpty && !(identity.StartsWith("a="u8) && ScramAttributes.TryReadName(identity[2..], out authorizationId))) return null;

        var bare = message[(flagEnd + identityLength + 2)..];
        var attributes = new ScramAttributes(bare);
        // RFC 5802 §5.1: "m=" before the name asks for an extension that must be understood, and there is none.
        if (!attributes.TryRead('n', out var name) || !ScramAttributes.TryReadName(name, out var userName)) return null;
        if (!attributes.TryRead('r', out var nonce) || !ScramAttributes.IsNonce(nonce) || nonce.Length > 256) return null;
        if (bare[^1] == (byte)',' || !attributes.SkipExtensions()) return null;
        return new ScramClientFirst
        {
            BindingFlag = flag,
            BindingName = bindingName,
            AuthorizationId = authorizationId,
            Header = message[..^bare.Length].ToArray(),
            Bare = bare.ToArray(),
            UserName = userName!,
            Nonce = nonce.ToArray(),
        };
    }

    // gs2-cbind-flag = ("p=" cb-name) / "n" / "y"; cb-name = 1*(ALPHA / DIGIT / "." / "-")
    private static bool TryReadFlag(ReadOnlySpan<byte> text, out char flag, out byte[] bindingName)
    {
        (flag, bindingName) = ((char)text[0], []);
        if (text.Length == 1) return flag is 'n' or 'y';
        if (text.Length is < 3 or > 66 || !text.StartsWith("p="u8)) return false;
        foreach (var c in text[2..])
        {
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'.' or (byte)'-')) return false;
        }

        bindingName = text[2..].ToArray();
        return true;
    }
}
