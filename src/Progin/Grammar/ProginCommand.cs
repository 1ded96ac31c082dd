namespace Merpati.Progin.Grammar;

/// <summary>
/// One command line cut at its spaces. It points into the connection's line and is valid as long as that. Runs of spaces and spaces at the end are
/// forgiven, as people typing by hand make them; a password keeps every one.
/// </summary>
internal readonly struct ProginCommand
{
    private ProginCommand(ReadOnlyMemory<byte> verb, ReadOnlyMemory<byte> rest)
    {
        Verb = verb;
        Rest = rest;
        var words = rest.Span.Trim((byte)' ');
        Argument = rest[(rest.Length - rest.Span.TrimStart((byte)' ').Length)..][..words.Length];
    }

    /// <summary>What stands before the first space.</summary>
    public ReadOnlyMemory<byte> Verb { get; }

    /// <summary>Everything after the first space, as it came.</summary>
    public ReadOnlyMemory<byte> Rest { get; }

    /// <summary>The same without the spaces around it; empty when there is no argument.</summary>
    public ReadOnlyMemory<byte> Argument { get; }

    /// <summary>Cuts a line, given without its line end.</summary>
    public static ProginCommand Cut(ReadOnlyMemory<byte> line)
    {
        var space = line.Span.IndexOf((byte)' ');
        return space < 0 ? new ProginCommand(line, default) : new ProginCommand(line[..space], line[(space + 1)..]);
    }

    /// <summary>Cuts the argument of SNDR and LGIN: the name up to the next space, and everything after that as the password. False when one of them is missing.</summary>
    public bool TryCutLogin(out ReadOnlyMemory<byte> name, out ReadOnlyMemory<byte> password)
    {
        password = default;
        name = Rest[(Rest.Length - Rest.Span.TrimStart((byte)' ').Length)..];
        var space = name.Span.IndexOf((byte)' ');
        if (space < 0) return false;
        password = name[(space + 1)..];
        name = name[..space];
        return !password.IsEmpty;
    }
}
