using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Merpati.Host.Tests;

/// <summary>How far a message came, as its sender saw it.</summary>
internal enum Outcome
{
    /// <summary>The end of its text was never sent.</summary>
    Cut,

    /// <summary>The server refused it.</summary>
    Refused,

    /// <summary>The end was sent and no answer came: it may have been taken or not.</summary>
    Unanswered,

    /// <summary>The server answered 250: from here on it may not be lost.</summary>
    Acknowledged,
}

/// <summary>One message that somebody sent: its text can be made again from the id and the size.</summary>
internal sealed class LedgerEntry
{
    private const string Field = "X-Ledger: ";
    private const int LineLength = 900;

    private readonly byte[] _hash;

    public LedgerEntry(string id, int octets, IReadOnlyList<string> recipients)
    {
        Id = id;
        Message = Write(id, octets);
        _hash = SHA256.HashData(Message);
        Length = Message.Length;
        Recipients = recipients;
    }

    public string Id { get; }

    /// <summary>The users whose mailboxes it is addressed to.</summary>
    public IReadOnlyList<string> Recipients { get; }

    public int Length { get; }

    /// <summary>What is sent; let go of when it is not needed any more.</summary>
    public byte[] Message { get; private set; }

    public Outcome Outcome { get; set; }

    public void Forget() => Message = [];

    /// <summary>Whether this is the message, octet for octet.</summary>
    public bool Is(byte[] withoutTrace) => SHA256.HashData(withoutTrace).AsSpan().SequenceEqual(_hash);

    /// <summary>The id that a message carries.</summary>
    public static string IdOf(byte[] withoutTrace)
    {
        var text = withoutTrace.AsSpan();
        Assert.True(text.StartsWith("From: <sender@example.com>\r\nX-Ledger: "u8));
        text = text[(text.IndexOf("X-Ledger: "u8) + Field.Length)..];
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)'\r')]);
    }

    // The same octets never come twice, and no part of a message could be taken for a part of another.
    private static byte[] Write(string id, int octets)
    {
        var text = new StringBuilder(octets + 256);
        text.Append(CultureInfo.InvariantCulture, $"From: <sender@example.com>\r\n{Field}{id}\r\nSubject: {octets} octets\r\n\r\n");
        for (var line = 0; text.Length < octets; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{id} {line} ");
            text.Append((char)('.' + (line % 70)), Math.Clamp(octets - text.Length, 1, LineLength)).Append("\r\n");
        }

        return Encoding.ASCII.GetBytes(text.Append(CultureInfo.InvariantCulture, $".end of {id}\r\n").ToString());
    }
}
