namespace Merpati.Pop3.Client;

/// <summary>The response codes of servers (RFC 2449 §8), as far as they are known.</summary>
public enum Pop3ResponseCode
{
    /// <summary>None was given.</summary>
    None,

    /// <summary>One that is not known here.</summary>
    Other,

    /// <summary>The user's credentials are at fault (RFC 3206 §5).</summary>
    Auth,

    /// <summary>Somebody else has the maildrop open (RFC 2449 §8.1.2).</summary>
    InUse,

    /// <summary>The user has logged in too recently (RFC 2449 §8.1.1).</summary>
    LoginDelay,

    /// <summary>Something that will pass (RFC 3206 §4).</summary>
    SysTemp,

    /// <summary>Something that will not pass by itself (RFC 3206 §4).</summary>
    SysPerm,

    /// <summary>The message or mailbox needs UTF8, which was not asked for (RFC 6856 §5).</summary>
    Utf8,
}
