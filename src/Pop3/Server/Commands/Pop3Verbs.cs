using System.Collections.Frozen;
using System.Text;

namespace Merpati.Pop3.Server.Commands;

/// <summary>The verbs that are understood, one row each.</summary>
internal static class Pop3Verbs
{
    private const int MaxLength = 4;

    private static readonly Pop3Verb[] Table =
    [
        new("APOP", ApopCommand.ExecuteAsync, Pop3Phase.BeforeLogin, Pop3VerbFlags.Utf8Argument, MinArguments: 2) { IsOffered = static partners => partners.Apop is not null },
        new("AUTH", AuthCommand.ExecuteAsync, Pop3Phase.BeforeLogin) { MaxArguments = 2, IsOffered = static partners => partners.Sasl is not null },
        new("CAPA", CapaCommand.ExecuteAsync, Pop3Phase.Any),
        new("DELE", DeleCommand.ExecuteAsync, Pop3Phase.Transaction, MinArguments: 1),
        new("LANG", LangCommand.ExecuteAsync, Pop3Phase.Any) { MaxArguments = 1 },
        new("LAST", LastCommand.ExecuteAsync, Pop3Phase.Transaction),
        new("LIST", ListCommand.ExecuteAsync, Pop3Phase.Transaction) { MaxArguments = 1 },
        new("NOOP", NoopCommand.ExecuteAsync, Pop3Phase.Transaction),
        new("PASS", PassCommand.ExecuteAsync, Pop3Phase.UserGiven, Pop3VerbFlags.PlainPassword | Pop3VerbFlags.RawArgument, MinArguments: 1),
        new("QUIT", QuitCommand.ExecuteAsync, Pop3Phase.Any),
        new("RETR", RetrCommand.ExecuteAsync, Pop3Phase.Transaction, MinArguments: 1),
        new("RPOP", ForeignCommands.Refusing("RPOP"), Pop3Phase.Any) { MaxArguments = int.MaxValue },
        new("RSET", RsetCommand.ExecuteAsync, Pop3Phase.Transaction),
        new("STAT", StatCommand.ExecuteAsync, Pop3Phase.Transaction),
        new("STLS", StlsCommand.ExecuteAsync, Pop3Phase.BeforeLogin) { IsOffered = static partners => partners.Tls is not null },
        new("TOP", TopCommand.ExecuteAsync, Pop3Phase.Transaction, MinArguments: 2),
        new("UIDL", UidlCommand.ExecuteAsync, Pop3Phase.Transaction) { MaxArguments = 1 },
        new("USER", UserCommand.ExecuteAsync, Pop3Phase.BeforeLogin, Pop3VerbFlags.PlainPassword | Pop3VerbFlags.Utf8Argument, MinArguments: 1),
        new("UTF8", Utf8Command.ExecuteAsync, Pop3Phase.BeforeLogin),
        new("XTND", ForeignCommands.Refusing("XTND"), Pop3Phase.Any) { MaxArguments = int.MaxValue },
    ];

    private static readonly FrozenDictionary<uint, Pop3Verb> ByKey = Table.ToFrozenDictionary(verb => Key(Encoding.ASCII.GetBytes(verb.Name)));

    private static readonly string[] HttpMethods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"];

    /// <summary>Every verb, for those who must know all of them.</summary>
    public static ReadOnlySpan<Pop3Verb> All => Table;

    /// <summary>The verb of that name in any case; null when there is none.</summary>
    public static Pop3Verb? Find(ReadOnlySpan<byte> name) => ByKey.GetValueOrDefault(Key(name));

    /// <summary>Whether a browser, or somebody who uses one, begins a request with this.</summary>
    public static bool IsHttpMethod(ReadOnlySpan<byte> name)
    {
        foreach (var method in HttpMethods)
        {
            if (Ascii.EqualsIgnoreCase(name, method)) return true;
        }

        return false;
    }

    // The letters and digits of a verb, in upper case, as one number; 0 when they are none.
    private static uint Key(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.Length > MaxLength) return 0;
        uint key = 0;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)c)) return 0;
            key = (key << 8) | (c & ~0x20u); // a digit stays one of a kind too
        }

        return key;
    }
}
