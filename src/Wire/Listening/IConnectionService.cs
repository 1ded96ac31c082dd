using Merpati.Wire.Connections;

namespace Merpati.Wire.Listening;

/// <summary>A protocol, from a listener's point of view: it serves connections and knows its own words for turning one away.</summary>
public interface IConnectionService
{
    /// <summary>The longest command line, in octets, line end included.</summary>
    int MaxLineLength { get; }

    /// <summary>Serves one connection until it ends. The listener closes it then.</summary>
    Task ServeAsync(WireConnection connection);

    /// <summary>What a connection is told that cannot be taken, as on the wire.</summary>
    ReadOnlyMemory<byte> Refusal(Admission reason);
}
