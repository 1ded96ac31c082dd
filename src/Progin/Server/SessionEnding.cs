namespace Merpati.Progin.Server;

/// <summary>How a session ended. The names appear in the log.</summary>
internal enum SessionEnding
{
    /// <summary>By an error in the server.</summary>
    Failed,

    /// <summary>By QUIT.</summary>
    Quit,

    /// <summary>The client went away.</summary>
    Dropped,

    /// <summary>The client did not read what it asked for.</summary>
    NotReading,

    /// <summary>The client was silent, or too slow, for too long.</summary>
    TimedOut,

    /// <summary>The server is stopping.</summary>
    Drained,

    /// <summary>Too many bad commands.</summary>
    TooManyErrors,

    /// <summary>Too many failed logins.</summary>
    TooManyFailedLogins,

    /// <summary>The client speaks HTTP.</summary>
    NotProgin,
}
