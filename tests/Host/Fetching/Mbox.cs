using System.Text;

namespace Merpati.Host.Tests.Fetching;

/// <summary>Reads an mbox as RFC 4155 and the mboxrd custom say, by itself: the tests must not believe the code that wrote it.</summary>
internal static class Mbox
{
    /// <summary>The messages with CRLF line ends, unquoted. Fails when there is anything but whole messages.</summary>
    public static List<byte[]> Read(string path)
    {
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        var messages = new List<byte[]>();
        if (text.Length == 0) return messages;
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.Split('\n')[..^1];
        var current = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("From ", StringComparison.Ordinal))
            {
                Assert.True(i == 0 || lines[i - 1].Length == 0, $"no empty line before line {i + 1}");
                if (i > 0) messages.Add(Message(current));
                current.Clear();
                continue;
            }

            current.Add(lines[i]);
        }

        messages.Add(Message(current));
        return messages;
    }

    private static byte[] Message(List<string> lines)
    {
        Assert.Equal("", lines[^1]); // the empty line behind each message
        var text = new StringBuilder();
        foreach (var line in lines[..^1]) text.Append(line.StartsWith('>') && line.TrimStart('>').StartsWith("From ", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }
}
