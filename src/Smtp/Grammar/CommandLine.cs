namespace Merpati.Smtp.Grammar;

/// <summary>What a command line is made of.</summary>
internal enum CommandOctets
{
    /// <summary>Printable ASCII and spaces.</summary>
    Printable,

    /// <summary>Octets above 127 too, which may be UTF-8.</summary>
    EightBit,

    /// <summary>Control characters, which no command may hold.</summary>
    Control,
}

/// <summary>A command line cut into its verb and its argument (RFC 5321 §2.4, §4.1.1). What the argument means is the command's to judge.</summary>
internal readonly struct CommandLine
{
    private CommandLine(ReadOnlyMemory<byte> verb, ReadOnlyMemory<byte> argument, CommandOctets octets)
    {
        Verb = verb;
        Argument = argument;
        Octets = octets;
    }

    /// <summary>What stands before the first space, in the case in which it came; empty in an empty line.</summary>
    public ReadOnlyMemory<byte> Verb { get; }

    /// <summary>What follows the verb and its spaces, without white space at the end.</summary>
    public ReadOnlyMemory<byte> Argument { get; }

    /// <summary>What the line is made of.</summary>
    public CommandOctets Octets { get; }

    /// <summary>Cuts a line that has no line end any more.</summary>
    public static CommandLine Parse(ReadOnlyMemory<byte> line)
    {
        // RFC 5321 §4.1.1: white space before the line end is to be tolerated.
        var octets = line.Span.TrimEnd(" \t"u8);
        line = line[..octets.Length];
        var made = Judge(octets);
        var space = octets.IndexOf((byte)' ');
        if (space < 0) return new CommandLine(line, default, made);
        var argument = octets[space..].TrimStart((byte)' ').Length;
        return new CommandLine(line[..space], line[^argument..], made);
    }

    private static CommandOctets Judge(ReadOnlySpan<byte> octets)
    {
        if (!octets.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return CommandOctets.Printable;
        return octets.ContainsAnyInRange((byte)0, (byte)31) || octets.Contains((byte)127) ? CommandOctets.Control : CommandOctets.EightBit;
    }
}
