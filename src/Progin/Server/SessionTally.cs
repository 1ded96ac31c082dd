namespace Merpati.Progin.Server;

/// <summary>What a session has done, for the log.</summary>
internal sealed class SessionTally
{
    /// <summary>Messages that were accepted.</summary>
    public int Sent { get; set; }

    /// <summary>Messages that were shown.</summary>
    public int Shown { get; set; }
}
