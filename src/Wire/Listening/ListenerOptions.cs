using Merpati.Wire.Tls;

namespace Merpati.Wire.Listening;

/// <summary>What comes before the first words on a listener.</summary>
public sealed record ListenerOptions
{
    /// <summary>
    /// When set, connections begin with TLS. One that is turned away is then closed without a word: a handshake for each would
    /// make the server's work of a flood that the limits are there to keep away.
    /// </summary>
    public TlsServer? ImplicitTls { get; init; }

    /// <summary>When set, connections from its networks begin with a PROXY header, before TLS.</summary>
    public ProxyProtocol? Proxy { get; init; }
}
