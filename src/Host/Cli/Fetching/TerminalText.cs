using System.Globalization;

namespace Merpati.Host.Cli.Fetching;

/// <summary>
/// Writes text from outside to a terminal: lines and tabs as they are, everything else that a terminal would obey, or that would turn text around, as <c>\u001b</c>. Text may come in pieces.
/// </summary>
internal sealed class TerminalText
{
    private readonly TextWriter _output;

    public TerminalText(TextWriter output) => _output = output;

    /// <summary>Whether the next character begins a line.</summary>
    public bool IsAtLineStart { get; private set; } = true;

    public void Write(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = 0;
            while (end < text.Length && IsPlain(text[end])) end++;
            if (end > 0)
            {
                _output.Write(text[..end]);
                IsAtLineStart = text[end - 1] == '\n';
            }

            text = text[end..];
            if (text.IsEmpty) return;
            _output.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)text[0]:x4}"));
            IsAtLineStart = false;
            text = text[1..];
        }
    }

    /// <summary>Writes a line of its own.</summary>
    public void WriteLine(string line)
    {
        EndLine();
        Write(line);
        Write("\n");
    }

    /// <summary>Ends the line if one has begun.</summary>
    public void EndLine()
    {
        if (!IsAtLineStart) Write("\n");
    }

    // Joiners and soft hyphens are letters' business: Persian and emoji need them.
    private static bool IsPlain(char c) => c is '\n' or '\t' or '\u00AD' or '\u200C' or '\u200D' || !(char.IsControl(c) || c is '\u2028' or '\u2029' || char.GetUnicodeCategory(c) == UnicodeCategory.Format);
}
