namespace Merpati.Smtp.Client;

/// <summary>How a client behaves.</summary>
public sealed record SmtpClientOptions
{
    /// <summary>The name that the client gives itself in EHLO: a domain name (A-labels) or an address literal.</summary>
    public required string HostName { get; init; }

    /// <summary>Whether the server speaks LMTP (RFC 2033): LHLO, and a reply for each recipient after the text.</summary>
    public bool IsLmtp { get; init; }

    /// <summary>How long it waits.</summary>
    public SmtpTimeouts Timeouts { get; init; } = new();

    /// <summary>The most commands that are sent before their replies are read, where the server takes that (RFC 2920). 100 by default; 1 for never.</summary>
    public int MaxPipelined { get; init; } = 100;

    /// <summary>Is told what both sides say; null for nobody.</summary>
    public ISmtpTranscript? Transcript { get; init; }
}

/// <summary>Writes down a dialogue. Lines come without their ends, never with control characters, passwords or the message's text in them.</summary>
public interface ISmtpTranscript
{
    /// <summary>What the client has said.</summary>
    void Client(string line);

    /// <summary>What the server has said.</summary>
    void Server(string line);
}
