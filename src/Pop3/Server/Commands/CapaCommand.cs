using System.Globalization;
using Merpati.Pop3.Grammar;
using Merpati.Pop3.Server.Texts;

namespace Merpati.Pop3.Server.Commands;

/// <summary>
/// CAPA says what this server can do for this client now (RFC 2449 §5). What can be used before the login is listed after it too, as §5 asks, but for
/// STLS, which no client could make use of. LAST and APOP have no capabilities: APOP is announced by the banner's timestamp.
/// </summary>
internal static class CapaCommand
{
    private static readonly Capability[] Rows =
    [
        new("TOP"),
        new("UIDL"),

        // RFC 2449 §6.3: USER is not offered where it would be refused.
        new("USER") { Holds = static session => session.Facts.TakesPlainPasswords },
        new("SASL") { Holds = static session => session.Mechanisms.Count > 0, Arguments = static session => string.Join(' ', session.Mechanisms) },
        new("STLS") { Holds = StlsCommand.IsPossible },
        new("PIPELINING"),
        new("RESP-CODES"),
        new("AUTH-RESP-CODE"),
        new("EXPIRE") { Arguments = Expiry },
        new("LOGIN-DELAY") { Holds = static session => session.Surroundings.LoginDelays.IsOn, Arguments = LoginDelay },
        new("UTF8 USER"), // RFC 6856 §2.2: login names in UTF-8 are taken
        new("LANG"),
        new("IMPLEMENTATION Merpati"),
    ];

    public static ValueTask<Pop3Reply> ExecuteAsync(Pop3Session session, Pop3Command command)
    {
        session.Writer.Write(Pop3Reply.Ok(Pop3Phrase.CapabilityList));
        foreach (var row in Rows)
        {
            if (row.Holds?.Invoke(session) == false) continue;
            session.Writer.WriteLine(row.Arguments is { } arguments ? $"{row.Name} {arguments(session)}" : row.Name);
        }

        session.Writer.Write(".\r\n"u8);
        return new ValueTask<Pop3Reply>(Pop3Reply.Written);
    }

    // RFC 2449 §6.7: any account may have a retention of its own, so before the login USER says that the value may be another one for this user.
    private static string Expiry(Pop3Session session)
    {
        var isKnown = session.Phase == Pop3Phase.Transaction;
        var retention = isKnown ? session.Maildrop.Retention : session.Surroundings.Options.DefaultRetention;
        var days = retention.IsForever ? "NEVER" : retention.Days.ToString(CultureInfo.InvariantCulture);
        return isKnown ? days : $"{days} USER";
    }

    // RFC 2449 §6.6: in seconds; it is the same for every user.
    private static string LoginDelay(Pop3Session session) =>
        ((long)Math.Ceiling(session.Surroundings.Options.LoginDelay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
}
