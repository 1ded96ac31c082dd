namespace Merpati.Host.Cli.Demo;

/// <summary>Text in lines of a width.</summary>
internal static class WrappedText
{
    private const int LeastRoom = 8;

    /// <summary>
    /// The lines: cut at spaces where there are any, else anywhere. All but the first are moved to the right by <paramref name="hanging"/>. Empty text is one
    /// empty line.
    /// </summary>
    public static IEnumerable<string> Of(string text, int width, int hanging)
    {
        var rest = text;
        var indent = "";
        while (true)
        {
            var room = Math.Max(LeastRoom, width - indent.Length);
            if (rest.Length <= room)
            {
                yield return indent + rest;
                yield break;
            }

            var space = rest.LastIndexOf(' ', room, room);
            var cut = space > 0 ? space : room;
            if (space <= 0 && char.IsHighSurrogate(rest[cut - 1])) cut--;
            yield return indent + rest[..cut];
            rest = space > 0 ? rest[(cut + 1)..] : rest[cut..];
            indent = new string(' ', hanging);
        }
    }
}
