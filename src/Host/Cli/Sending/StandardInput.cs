using System.Security.Cryptography;
using System.Text;

namespace Merpati.Host.Cli.Sending;

/// <summary>Standard input of a command that takes from it a password, in its first line, and after that a text or a message.</summary>
internal sealed class StandardInput
{
    private const int MaxPasswordLine = 4096; // octets
    private const int MaxText = 64 * 1024 * 1024; // octets

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public StandardInput() => Stream = Console.OpenStandardInput();

    /// <summary>What remains to be read.</summary>
    public Stream Stream { get; }

    /// <summary>Reads the first line, octet by octet, so that nothing after it is lost.</summary>
    public string ReadPassword()
    {
        var line = new byte[MaxPasswordLine];
        var length = 0;
        while (length < line.Length && Stream.ReadByte() is >= 0 and not '\n' and var octet) line[length++] = (byte)octet;
        var password = Encoding.UTF8.GetString(line.AsSpan(0, length).TrimEnd((byte)'\r'));
        CryptographicOperations.ZeroMemory(line);
        return PasswordInput.Check(password);
    }

    /// <summary>Reads the rest as text: UTF-8, or ISO-8859-1 where it is not that.</summary>
    public async Task<string> ReadTextAsync(CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected) Console.Error.WriteLine("Type the text; Ctrl-D on a line of its own ends it.");
        using var octets = new MemoryStream();
        var piece = new byte[64 * 1024];
        while (await Stream.ReadAsync(piece, cancellation) is > 0 and var length)
        {
            octets.Write(piece, 0, length);
            if (octets.Length > MaxText) throw new CommandFailure("the text on standard input is longer than 64 MB; send it as a file with --attach");
        }

        try
        {
            return StrictUtf8.GetString(octets.GetBuffer(), 0, (int)octets.Length);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(octets.GetBuffer(), 0, (int)octets.Length);
        }
    }
}
