using System.Globalization;

namespace Merpati.Host.Cli.Talking;

/// <summary>What replies mean, in a few words.</summary>
internal static class ReplyMeanings
{
    /// <summary>What a reply line means beyond its text; null when there is nothing to say.</summary>
    public static string? Of(string line)
    {
        if (IsSmtp(line)) return OfSmtp(line);
        if (TalkWords.IsVerb(line, "-ERR")) return OfPop3(line);
        return TalkWords.Of(line) is ["ERR", ..] ? "ERR: refused, the words behind it say why" : null;
    }

    /// <summary>What a code means that the user asks for: 550, 5.1.1, IN-USE, or a whole reply; null when it is not known.</summary>
    public static string? Lookup(string text)
    {
        var asked = text.Trim();
        if (asked.Length == 3 && IsSmtp(asked)) return $"{asked}: {SmtpMeanings.Of(asked)}";
        if (TryEnhanced(asked, out var parts)) return $"{asked}: {EnhancedMeanings.Of(parts)}";
        if (Pop3Meanings.Of(asked.Trim('[', ']')) is { } pop3) return $"{asked}: {pop3}";
        return asked.ToUpperInvariant() switch
        {
            "+OK" => "+OK: done (POP3)",
            "-ERR" => "-ERR: refused (POP3)",
            "+" => "+: the login goes on, answer the challenge (POP3)",
            "OK" => "OK: done (Progin)",
            "ERR" => "ERR: refused, the words behind it say why (Progin)",
            "BYE" => "BYE: farewell, the server closes (Progin)",
            _ => Of(asked),
        };
    }

    private static bool IsSmtp(string line) =>
        line.Length >= 3 && line[0] is >= '1' and <= '5' && char.IsAsciiDigit(line[1]) && char.IsAsciiDigit(line[2]) && (line.Length == 3 || line[3] is ' ' or '-');

    private static string OfSmtp(string line)
    {
        var meaning = $"{line[..3]}: {SmtpMeanings.Of(line[..3])}";
        // RFC 2034 §4: the code stands first, and its class is that of the reply.
        var isEnhanced = line.Length > 4 && TalkWords.Of(line[4..]) is [var word, ..] && TryEnhanced(word, out var parts) && word[0] == line[0];
        if (!isEnhanced) return meaning;
        var code = TalkWords.Of(line[4..])[0];
        TryEnhanced(code, out parts);
        // That all is well with the address, say, says nothing.
        var isEmpty = parts == (0, 0) || (code[0] == '2' && parts.Detail == 0);
        return isEmpty ? meaning : $"{meaning}; {code}: {EnhancedMeanings.Of(parts)}";
    }

    // RFC 3463 §2
    private static bool TryEnhanced(string text, out (int Subject, int Detail) parts)
    {
        parts = default;
        return text.Split('.') is ["2" or "4" or "5", var subject, var detail] && IsPart(subject, out parts.Subject) && IsPart(detail, out parts.Detail);
    }

    private static bool IsPart(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && text.Length <= 3;

    // RFC 2449 §8
    private static string? OfPop3(string line)
    {
        var text = line[4..].TrimStart();
        if (text is not ['[', ..] || text.IndexOf(']', StringComparison.Ordinal) is not (var end and > 1)) return null;
        var code = text[1..end];
        return Pop3Meanings.Of(code) is { } meaning ? $"{code.ToUpperInvariant()}: {meaning}" : null;
    }
}
