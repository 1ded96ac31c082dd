using System.Globalization;

namespace Merpati.Host.Cli.Talking;

/// <summary>
/// Texts that the user types line by line, up to a line of a dot. A line of nothing but two dots or more stands for the line with one dot less, so
/// that a line of a dot can be said, too. Dots are doubled where the protocol wants it; nobody has to think of that.
/// </summary>
internal static class TextEntry
{
    private const int MaxChunk = 64 * 1024 * 1024; // octets

    private static readonly TalkQuestion Question = new("text> ");

    /// <summary>After the server has asked for it: the text, with its end. The reply is the caller's to hear.</summary>
    public static async Task DotTextAsync(TalkSession session)
    {
        session.Console.Hint("type the text; a line of a dot ends it (type .. for a line of a dot)");
        while (await LineAsync(session) is { } line) session.SayText(line.StartsWith('.') ? "." + line : line); // RFC 5321 §4.5.2
        if (session.Ending is null) session.SayText(".");
    }

    /// <summary>The same where the text follows the command at once, and the reply comes after it.</summary>
    public static async Task UnaskedAsync(TalkSession session)
    {
        await DotTextAsync(session);
        if (session.Ending is null) await session.FollowAsync();
    }

    /// <summary>A chunk (RFC 3030 §2): the command gets the count of what is typed after it. Its dots stay as they are.</summary>
    public static async Task ChunkAsync(TalkSession session, string command)
    {
        session.Console.Hint("type the chunk; a line of a dot ends it, and its octets are counted for you (type .. for a line of a dot)");
        var lines = new List<string>();
        using var octets = new MemoryStream();
        while (await LineAsync(session) is { } line)
        {
            octets.Write(OctetText.Encode(line + "\r\n"));
            lines.Add(line);
            if (octets.Length > MaxChunk) session.End(new TalkEnding(ExitStatus.Failed, "a chunk of more than 64 MiB is not for typing"));
        }

        if (session.Ending is not null) return;
        var words = TalkWords.Of(command);
        session.Say(string.Create(CultureInfo.InvariantCulture, $"BDAT {octets.Length}{(words.Length > 1 ? " LAST" : "")}"));
        foreach (var line in lines) session.SayText(line);
        await session.FollowAsync();
    }

    // The next line as it is meant; null at the end of the text or of the session.
    private static async Task<string?> LineAsync(TalkSession session)
    {
        if (session.Ending is not null) return null;
        var answer = await session.AskAsync(Question);
        if (session.Ending is not null) return null;
        if (answer.Kind != TalkAnswerKind.Line)
        {
            session.End(new TalkEnding(ExitStatus.Failed, "the text has no end, so nothing of it counts"));
            return null;
        }

        if (answer.Text == ".") return null;
        return answer.Text.Length > 1 && !answer.Text.AsSpan().ContainsAnyExcept('.') ? answer.Text[1..] : answer.Text;
    }
}
