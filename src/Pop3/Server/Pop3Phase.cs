namespace Merpati.Pop3.Server;

/// <summary>The order of commands, and nothing else (RFC 1939 §4 to §6). The UPDATE state is the execution of QUIT.</summary>
[Flags]
internal enum Pop3Phase
{
    /// <summary>Nobody has logged in.</summary>
    Authorization = 1,

    /// <summary>USER has been given, PASS is to follow.</summary>
    UserGiven = 2,

    /// <summary>The maildrop is locked and open.</summary>
    Transaction = 4,

    /// <summary>Before the login.</summary>
    BeforeLogin = Authorization | UserGiven,

    /// <summary>Always.</summary>
    Any = BeforeLogin | Transaction,
}
