namespace Merpati.Smtp.Grammar;

/// <summary>A command line cut into its verb and its argument (RFC 5321 §2.4, §4.1.1). What the argument means is the command's to judge.</summary>
internal readonly struct CommandLine
{
    private CommandLine(ReadOnlyMemory<byte> verb, ReadOnlyMemory<byte> argument, bool isPrintable)
    {
        Verb = verb;
        Argument = argument;
        IsPrintable = isPrintable;
    }

    /// <summary>What stands before the first space, in the case in which it came; empty in an empty line.</summary>
    public ReadOnlyMemory<byte> Verb { get; }

    /// <summary>What follows the verb and its spaces, without white space at the end.</summary>
    public ReadOnlyMemory<byte> Argument { get; }

    /// <summary>Whether the line is printable ASCII and spaces throughout.</summary>
    public bool IsPrintable { get; }

    /// <summary>Cuts a line that has no line end any more.</summary>
    public static CommandLine Parse(ReadOnlyMemory<byte> line)
    {
        // RFC 5321 §4.1.1: white space before the line end is to be tolerated.
        var octets = line.Span.TrimEnd(" \t"u8);
        line = line[..octets.Length];
        var isPrintable = !octets.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        var space = octets.IndexOf((byte)' ');
        if (space < 0) return new CommandLine(line, default, isPrintable);
        var argument = octets[space..].TrimStart((byte)' ').Length;
        return new CommandLine(line[..space], line[^argument..], isPrintable);
    }
}
