namespace Merpati.Host.Tests.Readers;

/// <summary>What the clients of Unix make of a message when they write it into a file.</summary>
internal static class KeptText
{
    /// <summary>Nothing: octet for octet.</summary>
    public static byte[] AsItIs(byte[] message) => message;

    /// <summary>Lines end in LF.</summary>
    public static byte[] WithUnixLines(byte[] message) => [.. message.Where(octet => octet != (byte)'\r')];

    /// <summary>The bounds of the header: where its last line ends; the whole message where no empty line ends it.</summary>
    public static int HeaderLength(ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        return end < 0 ? message.Length : end + 2;
    }
}
