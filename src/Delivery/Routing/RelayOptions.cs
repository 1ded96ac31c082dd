using System.Collections.Frozen;

namespace Merpati.Delivery.Routing;

/// <summary>
/// Whether mail is carried to other hosts. Which clients may ask for it, beside those who have logged in, the protocols decide: they mark them as trusted.
/// </summary>
public sealed record RelayOptions
{
    /// <summary>Whether there is a queue that carries mail to other hosts; without one every address that leads there is refused.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>
    /// Domains of other hosts for which mail is taken from everybody and carried on: we are their relay. A name that begins with a dot stands for the
    /// domains below it. None by default.
    /// </summary>
    public IReadOnlySet<string> Domains { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Rewrites the reverse-path of what is redirected to other hosts; null to leave it as it came.</summary>
    public SrsRewriter? Srs { get; init; }
}
