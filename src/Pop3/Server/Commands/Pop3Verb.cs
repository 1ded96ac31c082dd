using Merpati.Pop3.Grammar;

namespace Merpati.Pop3.Server.Commands;

/// <summary>Carries a command out. What it is given has the right phase and number of arguments.</summary>
internal delegate ValueTask<Pop3Reply> Pop3Handler(Pop3Session session, Pop3Command command);

/// <summary>What is special about a verb.</summary>
[Flags]
internal enum Pop3VerbFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It belongs to a login by plain password, so it may need TLS.</summary>
    PlainPassword = 1,

    /// <summary>Everything after the space is its one argument, UTF-8, spaces included.</summary>
    RawArgument = 2,

    /// <summary>Its arguments may hold UTF-8.</summary>
    Utf8Argument = 4,
}

/// <summary>A verb.</summary>
/// <param name="Name">Its name, in upper case.</param>
/// <param name="Handler">What carries it out.</param>
/// <param name="Phases">When it may be given.</param>
/// <param name="Flags">What is special about it.</param>
/// <param name="MinArguments">The fewest arguments.</param>
internal sealed record Pop3Verb(string Name, Pop3Handler Handler, Pop3Phase Phases, Pop3VerbFlags Flags = Pop3VerbFlags.None, int MinArguments = 0)
{
    /// <summary>Whether a service has whom the verb needs; null when it needs nobody.</summary>
    public Func<Pop3Partners, bool>? IsOffered { get; init; }

    /// <summary>The most arguments.</summary>
    public int MaxArguments { get; init; } = MinArguments;
}
