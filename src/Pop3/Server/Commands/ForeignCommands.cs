namespace Merpati.Pop3.Server.Commands;

/// <summary>What other servers have and this one never: RPOP (RFC 1460) believes whatever a host says of its users, XTND is in no RFC.</summary>
internal static class ForeignCommands
{
    /// <summary>Refuses the verb of that name, whatever its arguments.</summary>
    public static Pop3Handler Refusing(string name) => (_, _) => new(Pop3Reply.Reject(Pop3Rejection.NotOffered).With(name));
}
