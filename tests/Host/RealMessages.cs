using System.Text;

namespace Merpati.Host.Tests;

/// <summary>Real messages, malformed ones among them, and what may become of them on the way in.</summary>
internal static class RealMessages
{
    /// <summary>Every message of the corpus by its name; the test is skipped, and says so, where it is not at hand.</summary>
    public static IEnumerable<(string Name, byte[] Octets)> All()
    {
        Assert.SkipUnless(Directory.Exists(Repository.Corpus), $"the real messages are not at hand: there is no {Repository.Corpus}");
        var files = Directory.EnumerateFiles(Repository.Corpus, "*.eml").Order(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(files);
        return files.Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)));
    }

    /// <summary>Those that are taken as they are: without NUL, bare CR and bare LF.</summary>
    public static IEnumerable<(string Name, byte[] Octets)> Takeable() =>
        All().Where(message => !message.Octets.Contains((byte)0) && !HasBareNewline(message.Octets));

    /// <summary>Small messages with what has broken readers before: dots, lines that look like an mbox, long lines, no header, no body, 8-bit text.</summary>
    public static IEnumerable<(string Name, byte[] Octets)> Awkward() =>
    [
        ("dots", MailDialogue.Message("dots", ".\r\n..\r\n...\r\n.x\r\n\r\n.")),
        ("from", MailDialogue.Message("from", "From here on\r\n\r\nFrom alice@example.org Sun Nov 22 11:26:28 2026\r\n>From there\r\n")),
        ("long", MailDialogue.Message("long", $"{new string('x', 998)}\r\n{new string('y', 1200)}\r\n.{new string('z', 1999)}\r\n")),
        ("empty", MailDialogue.Message("empty", "")),
        ("blank", MailDialogue.Message("blank", "\r\n\r\n \r\n\t\r\n\r\n")),
        ("utf-8", MailDialogue.Message("привет", "Доброе утро! Selamat pagi!\r\n")),
        ("latin-1", [.. MailDialogue.Message("latin-1"), 0xE4, 0xF6, 0xFC, 0xFF, 0x80, (byte)'\r', (byte)'\n']),
        ("status", Encoding.ASCII.GetBytes("Status: RO\r\nX-Status: A\r\nX-UIDL: 2313051b98ef908dceefe8b801d9e60d\r\nContent-Length: 1\r\nSubject: status\r\n\r\nbody\r\n")),
    ];

    /// <summary>Whether a CR or LF stands alone in a message.</summary>
    public static bool HasBareNewline(byte[] octets) => !octets.AsSpan().SequenceEqual(Normalised(octets));

    /// <summary>A message with every CR, LF and CRLF made a CRLF.</summary>
    public static byte[] Normalised(byte[] octets)
    {
        using var text = new MemoryStream();
        for (var i = 0; i < octets.Length; i++)
        {
            if (octets[i] is not ((byte)'\r' or (byte)'\n'))
            {
                text.WriteByte(octets[i]);
                continue;
            }

            if (octets[i] == (byte)'\r' && i + 1 < octets.Length && octets[i + 1] == (byte)'\n') i++;
            text.Write("\r\n"u8);
        }

        return text.ToArray();
    }

    /// <summary>A message as the sending side ends it: a dot alone on a line needs a line end before it.</summary>
    public static byte[] WithLastLineEnd(byte[] octets) => octets.AsSpan().EndsWith("\r\n"u8) ? octets : [.. octets, .. "\r\n"u8];
}
