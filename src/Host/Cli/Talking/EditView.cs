using System.Globalization;
using System.Text;

namespace Merpati.Host.Cli.Talking;

/// <summary>Draws the line that is edited in one row of the terminal: of a long line the part around the cursor.</summary>
internal static class EditView
{
    /// <summary>Wipes the row (ECMA-48).</summary>
    public const string Wipe = "\r\u001b[K";

    /// <summary>Wipes the screen and goes to its top.</summary>
    public const string WipeScreen = "\u001b[H\u001b[2J";

    /// <summary>The row anew, with the cursor at its place. A Tab takes one cell, so that the places of all others stay known.</summary>
    public static string Draw(string prompt, string text, int cursor, int width)
    {
        var room = Math.Max(width - 1 - CellWidth.Of(prompt), 2);
        var (start, end) = Visible(text, cursor, room);
        var drawn = new StringBuilder("\r").Append(prompt).Append(text.Replace('\t', ' ').AsSpan(start, end - start)).Append("\u001b[K\r");
        var column = CellWidth.Of(prompt) + CellWidth.Of(text.AsSpan(start, cursor - start));
        if (column > 0) drawn.Append(CultureInfo.InvariantCulture, $"\u001b[{column}C");
        return drawn.ToString();
    }

    // Characters are whole, and the cursor is among them or after them.
    private static (int Start, int End) Visible(string text, int cursor, int room)
    {
        var (start, before) = (0, CellWidth.Of(text.AsSpan(0, cursor)));
        while (before > room)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(start));
            before -= CellWidth.Of(text.AsSpan(start, length));
            start += length;
        }

        var (end, cells) = (start, 0);
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text.AsSpan(end));
            cells += CellWidth.Of(text.AsSpan(end, length));
            if (cells > room) break;
            end += length;
        }

        return (start, end);
    }
}
