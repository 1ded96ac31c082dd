using Merpati.Wire.Lines;

namespace Merpati.Pop3.Client;

/// <summary>What became of a message that was asked for.</summary>
/// <param name="Number">Its number in this session.</param>
/// <param name="Step"><see cref="Pop3Outcome.Done"/> only when it came whole, up to the line that ends it; else what was handed on is a part, and no message.</param>
/// <param name="Octets">How many octets of it came, its dots unstuffed.</param>
public readonly record struct Pop3Retrieval(int Number, Pop3Step Step, long Octets);

/// <summary>
/// Takes messages as they come, one after the other. What it throws ends the connection and goes on to the caller of the client.
/// </summary>
public interface IPop3Receiver
{
    /// <summary>
    /// The server begins to send a message: who takes its octets? Dots are unstuffed and lines end as the server ends them. It may take its time; nothing is read meanwhile.
    /// </summary>
    ValueTask<IOctetSink> BeginAsync(int number, CancellationToken cancellation);

    /// <summary>
    /// A message has ended, whole or not, or was refused, without <see cref="BeginAsync"/> then. False when no more are wanted: those that the server
    /// was asked for already are read and dropped.
    /// </summary>
    ValueTask<bool> EndAsync(Pop3Retrieval retrieval, CancellationToken cancellation);
}
