namespace Merpati.Pop3.Client;

/// <summary>How a client behaves, and what it takes at most.</summary>
public sealed record Pop3ClientOptions
{
    /// <summary>How long it waits.</summary>
    public Pop3Timeouts Timeouts { get; init; } = new();

    /// <summary>The most commands that are sent before their replies are read, where the server takes that (RFC 2449 §6.6). 100 by default; 1 for never.</summary>
    public int MaxPipelined { get; init; } = 100;

    /// <summary>
    /// The largest message that is handed on, in octets, 50 MiB by default. Of a larger one as much again is read and dropped, so that the dialogue can go on after
    /// it; one that is larger than that ends the connection. Both are <see cref="Pop3Outcome.TooLarge"/>.
    /// </summary>
    public long MaxMessageOctets { get; init; } = 50 * 1024 * 1024;

    /// <summary>The most messages of a listing; a longer one is <see cref="Pop3Outcome.TooLarge"/> and ends the connection. 2,000,000 by default, of some 20 octets each and their unique-ids.</summary>
    public int MaxMessages { get; init; } = 2_000_000;

    /// <summary>Is told what both sides say; null for nobody.</summary>
    public IPop3Transcript? Transcript { get; init; }
}

/// <summary>Writes down a dialogue. Lines come without their ends, never with control characters, passwords or a message's text in them.</summary>
public interface IPop3Transcript
{
    /// <summary>What the client has said.</summary>
    void Client(string line);

    /// <summary>What the server has said.</summary>
    void Server(string line);
}
