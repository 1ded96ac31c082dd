namespace Merpati.Auth.Sasl.Client;

/// <summary>What a client does next.</summary>
/// <param name="Ok">False when the server's message is malformed, too weak or not genuine: cancel the exchange and do not trust the server.</param>
/// <param name="Octets">What to answer, before base64; may be empty.</param>
public readonly record struct SaslClientStep(bool Ok, ReadOnlyMemory<byte> Octets = default);

/// <summary>The client side of one exchange. One caller at a time; single use; dispose it in any case, which erases its secrets.</summary>
public interface ISaslClientExchange : IDisposable
{
    /// <summary>The mechanism's name.</summary>
    string Mechanism { get; }

    /// <summary>
    /// The first message, to be called once and first: sent with the command, or as the answer to an empty challenge; null when the server speaks first.
    /// </summary>
    ReadOnlyMemory<byte>? Start();

    /// <summary>Answers a challenge, decoded from base64. Derives keys, which at the first SCRAM exchange with a server may cost up to some seconds of CPU.</summary>
    SaslClientStep Next(ReadOnlyMemory<byte> challenge);

    /// <summary>
    /// Whether the server's word that the login succeeded may be believed: all has been said, and where the mechanism lets the server prove
    /// itself, it has. <paramref name="octets"/> are those that came with the success; empty when none did.
    /// </summary>
    bool AcceptsSuccess(ReadOnlyMemory<byte> octets = default);
}
