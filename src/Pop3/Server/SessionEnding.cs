namespace Merpati.Pop3.Server;

/// <summary>How a session ended. The names appear in the log.</summary>
internal enum SessionEnding
{
    /// <summary>By an error in the server.</summary>
    Failed,

    /// <summary>By QUIT.</summary>
    Quit,

    /// <summary>By QUIT, with the marked messages still there because the store failed.</summary>
    QuitWithoutRemoval,

    /// <summary>The client went away.</summary>
    Dropped,

    /// <summary>The client did not read what it asked for.</summary>
    NotReading,

    /// <summary>The client was silent for too long.</summary>
    TimedOut,

    /// <summary>The server is stopping.</summary>
    Drained,

    /// <summary>Too many bad commands.</summary>
    TooManyErrors,

    /// <summary>Too many failed logins.</summary>
    TooManyFailedLogins,

    /// <summary>The client speaks HTTP.</summary>
    NotPop3,

    /// <summary>The client sent something behind STLS and did not wait for the handshake.</summary>
    OutOfTurn,

    /// <summary>The handshake after STLS came to nothing.</summary>
    TlsFailed,

    /// <summary>A message could not be read to its end after its beginning had been sent.</summary>
    MessageCutShort,
}
