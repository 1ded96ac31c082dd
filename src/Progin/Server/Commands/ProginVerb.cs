using Merpati.Progin.Grammar;

namespace Merpati.Progin.Server.Commands;

/// <summary>Carries a command out, in a phase in which it may be given.</summary>
internal delegate ValueTask<ProginReply> ProginHandler(ProginSession session, ProginCommand command);

/// <summary>What is special about a verb.</summary>
[Flags]
internal enum ProginVerbFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It may have an argument.</summary>
    Argument = 1,

    /// <summary>Its argument ends in a password, which may hold anything and may need TLS.</summary>
    Password = 2,

    /// <summary>A text follows it, whatever is wrong with it.</summary>
    TextFollows = 4,
}

/// <summary>A verb.</summary>
/// <param name="Name">Its name, in upper case.</param>
/// <param name="Handler">What carries it out.</param>
/// <param name="Phases">When it may be given.</param>
/// <param name="Flags">What is special about it.</param>
internal sealed record ProginVerb(string Name, ProginHandler Handler, ProginPhase Phases, ProginVerbFlags Flags = ProginVerbFlags.None)
{
    /// <summary>What is said when it comes in another phase, HELO having been said.</summary>
    public Func<ProginPhase, ProginRejection> OutOfOrder { get; init; } = static _ => ProginRejection.HelloFirst;
}
