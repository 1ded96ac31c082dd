namespace Merpati.Pop3.Grammar;

/// <summary>
/// One command line cut at its spaces. It points into the connection's line and is valid as long as that. Runs of spaces and spaces at the end
/// are forgiven, as people typing by hand make them; <see cref="Rest"/> keeps every one, for a password may hold them (RFC 1939 §7).
/// </summary>
internal readonly struct Pop3Command
{
    private Pop3Command(ReadOnlyMemory<byte> verb, ReadOnlyMemory<byte> rest)
    {
        Verb = verb;
        Rest = rest;
        while (TakeWord(ref rest, out var word))
        {
            if (Count == 0) First = word;
            if (Count == 1) Second = word;
            Count++;
        }
    }

    /// <summary>What stands before the first space.</summary>
    public ReadOnlyMemory<byte> Verb { get; }

    /// <summary>Everything after the first space, as it came.</summary>
    public ReadOnlyMemory<byte> Rest { get; }

    /// <summary>How many arguments there are.</summary>
    public int Count { get; }

    /// <summary>The first argument; empty when there is none.</summary>
    public ReadOnlyMemory<byte> First { get; }

    /// <summary>The second argument; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Second { get; }

    /// <summary>Cuts a line, given without its line end.</summary>
    public static Pop3Command Cut(ReadOnlyMemory<byte> line)
    {
        var space = line.Span.IndexOf((byte)' ');
        return space < 0 ? new Pop3Command(line, default) : new Pop3Command(line[..space], line[(space + 1)..]);
    }

    // RFC 1939 §3: keywords and arguments consist of printable ASCII characters.
    public static bool IsPrintable(ReadOnlySpan<byte> octets) => !octets.ContainsAnyExceptInRange((byte)' ', (byte)'~');

    /// <summary>Whether there are ASCII control characters: what beyond ASCII may be UTF-8 may not hold either.</summary>
    public static bool HasControls(ReadOnlySpan<byte> octets) => octets.ContainsAnyInRange((byte)0, (byte)0x1F) || octets.Contains((byte)0x7F);

    private static bool TakeWord(ref ReadOnlyMemory<byte> rest, out ReadOnlyMemory<byte> word)
    {
        word = default;
        var start = rest.Span.IndexOfAnyExcept((byte)' ');
        if (start < 0) return false;
        rest = rest[start..];
        var end = rest.Span.IndexOf((byte)' ');
        word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return true;
    }
}
