using System.Text;
using Merpati.Storage.Messages;

namespace Merpati.Host.Cli;

/// <summary>The From and Subject of a message, as they stand in its first piece, for a list that a person reads.</summary>
internal static class HeaderPeek
{
    public static async ValueTask<(string From, string Subject)> ReadAsync(IMessageStore messages, long mailboxId, uint uid, CancellationToken cancellation)
    {
        using var reader = await messages.OpenMessageAsync(mailboxId, uid, cancellation);
        if (reader is null) return ("", "");
        var first = Encoding.UTF8.GetString((await reader.ReadAsync(cancellation)).Span);
        var end = first.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var header = (end < 0 ? first : first[..end]).Replace("\r\n\t", " ", StringComparison.Ordinal).Replace("\r\n ", " ", StringComparison.Ordinal);
        return (Field(header, "From:"), Field(header, "Subject:"));
    }

    private static string Field(string header, string name)
    {
        foreach (var line in header.EnumerateLines())
        {
            if (line.StartsWith(name, StringComparison.OrdinalIgnoreCase)) return line[name.Length..].Trim().ToString();
        }

        return "";
    }
}
