namespace Merpati.Pop3.Server;

/// <summary>What a session has done, for the log.</summary>
internal sealed class SessionTally
{
    /// <summary>Messages sent whole by RETR.</summary>
    public int Retrieved { get; set; }

    /// <summary>Messages removed at QUIT.</summary>
    public int Deleted { get; set; }

    /// <summary>Octets of messages sent by RETR and TOP.</summary>
    public long Octets { get; set; }
}
