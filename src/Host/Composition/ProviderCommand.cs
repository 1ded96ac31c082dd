namespace Merpati.Host.Composition;

/// <summary>How we ask a provider for the mail that waits there for us.</summary>
internal enum ProviderCommand
{
    /// <summary>ATRN (RFC 2645): it comes over the same connection.</summary>
    Atrn,

    /// <summary>ETRN (RFC 1985): the provider connects to us.</summary>
    Etrn,

    /// <summary>TURN (RFC 821 §3.8): it comes over the same connection.</summary>
    Turn,
}
