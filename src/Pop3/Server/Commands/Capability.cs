namespace Merpati.Pop3.Server.Commands;

/// <summary>One line of CAPA's list.</summary>
/// <param name="Name">What it begins with.</param>
internal sealed record Capability(string Name)
{
    /// <summary>Whether it holds for a session now; null when it always does.</summary>
    public Func<Pop3Session, bool>? Holds { get; init; }

    /// <summary>What follows the name after a space, ours or proven ASCII; null when nothing does.</summary>
    public Func<Pop3Session, string>? Arguments { get; init; }
}
