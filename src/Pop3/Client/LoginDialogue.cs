using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Sasl;
using Merpati.Auth.Sasl.Client;

namespace Merpati.Pop3.Client;

/// <summary>Logs in by whatever way the server offers and the login allows, the strongest first.</summary>
internal sealed class LoginDialogue(Pop3Dialogue dialogue, Pop3Login login, SecureChannel? channel)
{
    private bool AllowsPlain => login.Plain switch
    {
        PlainPasswords.Always => true,
        PlainPasswords.IfEncrypted => channel is not null,
        _ => dialogue.Connection.Tls is { IsVerified: true },
    };

    public async ValueTask<Pop3Step> RunAsync(Pop3Capabilities offered, string? timestamp, CancellationToken cancellation)
    {
        var step = await TryAsync(offered, timestamp, cancellation);
        if (dialogue.Ending is not null || step.Outcome != Pop3Outcome.Refused) return step;
        // RFC 3206 §6: a server that has announced to say when the password is at fault would have said so. Of the others it must be assumed.
        return offered.HasAuthResponseCode || step.Code != Pop3ResponseCode.None ? step : step with { Outcome = Pop3Outcome.BadPassword };
    }

    private async ValueTask<Pop3Step> TryAsync(Pop3Capabilities offered, string? timestamp, CancellationToken cancellation)
    {
        if (await dialogue.ListenAsync(cancellation) is { } ended) return ended;
        if (await new AuthDialogue(dialogue, login, channel, AllowsPlain).RunAsync(offered, cancellation) is { } authenticated) return authenticated;
        Pop3Step? refused = null;
        if (timestamp is not null && login.AllowLegacy && login.Takes(Pop3Login.Apop) && !login.Credentials.Password.IsEmpty && IsOneWord(login.Credentials.Name))
        {
            refused = await ApopAsync(timestamp, cancellation);
            if (dialogue.Ending is not null || refused.Outcome is not (Pop3Outcome.Refused or Pop3Outcome.BadPassword)) return refused;
        }

        if (AllowsPlain && login.Takes(Pop3Login.UserPass) && OffersUser(offered) && CanSay(login.Credentials)) return await PassAsync(cancellation);
        var none = login.Only is { } only ? $"the server does not offer {only.ToUpperInvariant()}, or not safely" : "the server offers no way to log in that we would take";
        return refused ?? new Pop3Step(Pop3Outcome.Unsupported, null, none);
    }

    // RFC 1939 §7
    private ValueTask<Pop3Step> ApopAsync(string timestamp, CancellationToken cancellation)
    {
        var digest = ApopDigest.Compute(Encoding.ASCII.GetBytes(timestamp), login.Credentials.Password.Span);
        dialogue.WriteSecret($"APOP {login.Credentials.Name} ", digest);
        return dialogue.ReadAsync(dialogue.Options.Timeouts.Login, cancellation);
    }

    // RFC 1939 §7
    private async ValueTask<Pop3Step> PassAsync(CancellationToken cancellation)
    {
        var step = await dialogue.AskAsync($"USER {login.Credentials.Name}", dialogue.Options.Timeouts.Login, cancellation);
        if (!step.IsDone || await dialogue.ListenAsync(cancellation) is not null) return dialogue.Ending ?? step;
        dialogue.WriteSecret("PASS ", login.Credentials.Password.Span);
        return await dialogue.ReadAsync(dialogue.Options.Timeouts.Login, cancellation);
    }

    // RFC 2449 §6.2. A server that names no way at all must mean this one.
    private static bool OffersUser(Pop3Capabilities offered) => !offered.IsKnown || offered.HasUser || offered.Mechanisms.Count == 0;

    // What ends a line or stands for nothing in it would make another command of the rest.
    private static bool CanSay(SaslCredentials credentials) =>
        !HasControls(credentials.Name) && !credentials.Password.IsEmpty && !credentials.Password.Span.ContainsAny((byte)'\r', (byte)'\n', (byte)0);

    private static bool IsOneWord(string name) => !name.Contains(' ', StringComparison.Ordinal) && !HasControls(name);

    private static bool HasControls(string text) => text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.Contains('\x7F', StringComparison.Ordinal);
}
