using Merpati.Delivery.Collecting;
using Merpati.Pop3.Client;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Composition;

/// <summary>Turns what went wrong with a POP3 server into a line for a person. What the server said stands in it as the client has made it safe to show.</summary>
internal static class Pop3Faults
{
    /// <summary>While the maildrop was opened, with so much asked of TLS.</summary>
    public static RemoteFault OfOpening(Pop3Step step, MaildropUrl url, CollectTls tls) => step switch
    {
        { Code: Pop3ResponseCode.InUse } => new(RemoteFailure.InUse, $"{url.Host}: another session has the maildrop of {url.User} open: {step.Text}"),
        { Outcome: Pop3Outcome.BadPassword } => new(RemoteFailure.LoginRefused, $"{url.Host} refuses the login of {url.User}: {step.Text}"),
        { Outcome: Pop3Outcome.TlsFailed } => new(RemoteFailure.NoTls, $"no TLS with {url.Host}: {step.Text}{WayOut(step, tls)}"),
        { Outcome: Pop3Outcome.Unsupported } => new(RemoteFailure.NoTls, $"{url.Host}: {step.Text}; see --tls, and pop3s:// for TLS from the first octet"),
        { Outcome: Pop3Outcome.NotGenuine } => new(RemoteFailure.LoginRefused, $"{url.Host}: {step.Text}"),
        { Reply: not null } => new(RemoteFailure.Refused, $"{url.Host} turns us away: {step.Text}"),
        { Outcome: Pop3Outcome.ProtocolError } => new(RemoteFailure.Lost, $"{url.Host} port {url.Port} does not speak POP3 as it should: {step.Text}"),
        _ => new(RemoteFailure.Unreachable, $"cannot reach {url.Host} port {url.Port}: {step.Text}"),
    };

    /// <summary>In an open session.</summary>
    public static RemoteFault Of(Pop3Step step, MaildropUrl url) => new(step.Reply is null ? RemoteFailure.Lost : RemoteFailure.Refused, $"{url.Host}: {step.Text}");

    // Where the certificate was not what failed, taking any would change nothing.
    private static string WayOut(Pop3Step step, CollectTls tls) =>
        tls == CollectTls.Verified && step.Text.Contains("certificate", StringComparison.Ordinal) ? "; --tls unverified would take any certificate" : "";
}
