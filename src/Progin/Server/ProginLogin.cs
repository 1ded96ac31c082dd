using System.Text;
using System.Text.Unicode;
using Merpati.Auth;
using Merpati.Auth.Sasl;
using Merpati.Auth.Throttle;
using Merpati.Progin.Grammar;
using Merpati.Storage;

namespace Merpati.Progin.Server;

/// <summary>The login of SNDR and LGIN, by the authenticator and the throttle that all protocols share.</summary>
internal static class ProginLogin
{
    public static async ValueTask<ProginReply> RunAsync(ProginSession session, ProginCommand command, string verb, Action<Identity> enter)
    {
        if (!command.TryCutLogin(out var octets, out var password)) return ProginReply.Reject(ProginRejection.LoginSyntax).With(verb);
        if (ReadName(octets.Span) is not { } name) return ProginReply.Reject(ProginRejection.BadName);
        if (password.Span.Contains((byte)0) || !Utf8.IsValid(password.Span)) return ProginReply.Reject(ProginRejection.PasswordNotUtf8);
        try
        {
            var result = await session.Surroundings.Partners.Authenticator.CheckPasswordAsync(new LoginAttempt(session.ClientAddress, name), password, session.BeginWait());
            if (result is not { Verdict: LoginVerdict.Granted, Identity: { } identity }) return session.RefuseLogin(name, ProginRejections.Of(result.Verdict));
            session.Facts.Identity = identity;
            enter(identity);
            return ProginReply.Ok;
        }
        catch (OperationCanceledException)
        {
            return session.Abandon();
        }
        catch (StoreException failure)
        {
            session.Report(failure);
            return session.RefuseLogin(name, ProginRejection.LoginUnavailable);
        }
        finally
        {
            session.EndWait();
        }
    }

    // Null when it is no name: not UTF-8, or with characters that none has (RFC 4013).
    private static string? ReadName(ReadOnlySpan<byte> octets)
    {
        if (octets.ContainsAnyInRange((byte)0, (byte)0x1F) || octets.Contains((byte)0x7F) || octets.Length > SaslName.MaxOctets) return null;
        if (Ascii.IsValid(octets)) return Encoding.ASCII.GetString(octets);
        return SaslName.TryRead(octets, out var prepared) ? prepared : null;
    }
}
