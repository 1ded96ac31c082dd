using Merpati.Delivery.Routing;
using Merpati.Smtp.Client;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Transports;

/// <summary>Carries by SMTP (RFC 5321) or LMTP (RFC 2033).</summary>
public sealed class SmtpTransport : ITransport
{
    private readonly SmtpConnector _connector;
    private readonly TimeProvider _time;

    /// <summary>A transport over connections that <paramref name="connector"/> makes.</summary>
    public SmtpTransport(SmtpConnector connector, TimeProvider time)
    {
        _connector = connector;
        _time = time;
    }

    /// <inheritdoc/>
    public async ValueTask<(ITransportSession? Session, HostFailure? Failure)> ConnectAsync(NextHost host, RelayRoute route, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(route);
        var (connection, failure) = await _connector.ConnectAsync(Target(host, route), cancellation);
        return connection is not null
            ? (new SmtpTransportSession(connection.Client, connection, host, route.IsLmtp, _time), null)
            : (null, ToFailure(failure!, host));
    }

    /// <summary>What a route asks of a connection to a host.</summary>
    public static SmtpTarget ToTarget(NextHost host, RelayRoute route)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(route);
        return Target(host, route);
    }

    private static SmtpTarget Target(NextHost host, RelayRoute route) => new(host.Name, host.Address)
    {
        Tls = route.Tls switch
        {
            TlsPolicy.None => SmtpTlsUse.None,
            TlsPolicy.Required => SmtpTlsUse.Required,
            TlsPolicy.Verified => SmtpTlsUse.Verified,
            _ => SmtpTlsUse.Opportunistic,
        },
        IsImplicitTls = route.IsImplicitTls,
        IsLmtp = route.IsLmtp,
        User = route.Credentials?.User,
        Password = route.Credentials?.Password,
    };

    // RFC 5321 §3.1, RFC 7504: only a host that says no as its greeting (or to EHLO) wants no mail at all. That TLS or our login does not work may be mended.
    private static HostFailure ToFailure(SmtpStep step, NextHost host)
    {
        var isFinal = step is { Outcome: SmtpOutcome.Refused, Reply.Code: 554 or 521 or 556 };
        var status = step.Outcome switch
        {
            _ when isFinal => step.Status.ToString(),
            SmtpOutcome.Unsupported => "4.7.10",
            SmtpOutcome.Lost or SmtpOutcome.TimedOut when step.Reply is null => "4.4.1",
            _ => (step.Status with { Class = 4 }).ToString(),
        };
        return new HostFailure(isFinal ? AttemptOutcome.Failed : AttemptOutcome.Deferred, status, step.Text, host.Name, host.Address.ToString());
    }
}
