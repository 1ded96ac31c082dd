namespace Merpati.Progin.Server;

/// <summary>The order of commands, and nothing else (docs/progin.md, "States").</summary>
[Flags]
internal enum ProginPhase
{
    /// <summary>Nothing has been said.</summary>
    Connected = 1,

    /// <summary>HELO has been said.</summary>
    Greeted = 2,

    /// <summary>MAIL has been said.</summary>
    Mail = 4,

    /// <summary>The sender has logged in.</summary>
    Sender = 8,

    /// <summary>There is a recipient.</summary>
    Recipient = 16,

    /// <summary>FTCH has been said.</summary>
    Fetch = 32,

    /// <summary>The reader has logged in.</summary>
    Mailbox = 64,

    /// <summary>After HELO.</summary>
    AfterHello = Greeted | Mail | Sender | Recipient | Fetch | Mailbox,

    /// <summary>Always.</summary>
    Any = Connected | AfterHello,
}
