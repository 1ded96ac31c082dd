using System.Globalization;
using System.Text;
using Merpati.Mail.Status;

namespace Merpati.Smtp.Client;

/// <summary>What a server replied (RFC 5321 §4.2), fit to be shown: control characters and what is no text stand as "?".</summary>
public sealed class SmtpReplyText
{
    /// <summary>The most characters of <see cref="Text"/>.</summary>
    public const int MaxLength = 4000;

    internal SmtpReplyText(int code, EnhancedStatusCode? status, IReadOnlyList<string> lines)
    {
        Code = code;
        Status = status;
        Lines = lines;
        Text = Join(code, lines);
    }

    /// <summary>The reply code, 200 to 599.</summary>
    public int Code { get; }

    /// <summary>The enhanced code (RFC 2034 §4); null where there is none or it does not fit the reply code.</summary>
    public EnhancedStatusCode? Status { get; }

    /// <summary>What stands after the code on each line, at most 1,000 lines and 64 KB in all.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The lines as they came, codes included, joined by LF; cut after <see cref="MaxLength"/> characters.</summary>
    public string Text { get; }

    /// <summary>Whether it says yes: 2xx.</summary>
    public bool IsPositive => Code < 300;

    /// <summary>Whether it asks for more: 3xx.</summary>
    public bool IsIntermediate => Code is >= 300 and < 400;

    /// <summary>Whether it says no for now: 4xx.</summary>
    public bool IsTransient => Code is >= 400 and < 500;

    /// <summary>Whether it says no for good: 5xx.</summary>
    public bool IsPermanent => Code >= 500;

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string Join(int code, IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count && text.Length <= MaxLength; i++)
        {
            if (i > 0) text.Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"{code}{(i < lines.Count - 1 ? '-' : ' ')}").Append(lines[i]);
        }

        if (text.Length > MaxLength) text.Length = char.IsHighSurrogate(text[MaxLength - 1]) ? MaxLength - 1 : MaxLength;
        return text.ToString().TrimEnd(' ');
    }
}
