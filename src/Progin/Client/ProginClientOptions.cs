namespace Merpati.Progin.Client;

/// <summary>How a client behaves.</summary>
public sealed record ProginClientOptions
{
    /// <summary>For the reply to a command, a login among them. 2 minutes by default.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>For the server to take the next stretch of some 32 KiB of a text. 3 minutes by default.</summary>
    public TimeSpan DataTimeout { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>For the reply to a text. Too short a time leaves it open whether the message was taken. 10 minutes by default.</summary>
    public TimeSpan DataEndTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For the next stretch of a listing. 1 minute by default.</summary>
    public TimeSpan ListTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>For the reply to QUIT. 10 seconds by default.</summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Is told what both sides say; null for nobody.</summary>
    public IProginTranscript? Transcript { get; init; }
}

/// <summary>Writes down a dialogue. Lines come without their ends, never with control characters, passwords or a message's text in them.</summary>
public interface IProginTranscript
{
    /// <summary>What the client has said.</summary>
    void Client(string line);

    /// <summary>What the server has said.</summary>
    void Server(string line);
}
