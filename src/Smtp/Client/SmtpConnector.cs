using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Sasl.Client;
using Merpati.Wire.Connecting;
using Merpati.Wire.Tls;

namespace Merpati.Smtp.Client;

/// <summary>
/// Makes connections that are ready to send: connects, greets, starts TLS and logs in as a <see cref="SmtpTarget"/> asks. What goes wrong is a value. Safe
/// for concurrent callers.
/// </summary>
public sealed class SmtpConnector
{
    private readonly SmtpClientOptions _options;
    private readonly OutgoingOptions _outgoing;

    /// <summary>A connector in the name of a host; whether LMTP is spoken, each target says.</summary>
    public SmtpConnector(SmtpClientOptions options, OutgoingOptions outgoing)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(outgoing);
        _options = options;
        _outgoing = outgoing;
    }

    /// <summary>
    /// The connection, or the step that failed. A server whose TLS does not work is asked a second time without, where TLS is
    /// <see cref="SmtpTlsUse.Opportunistic"/>. Throws <see cref="OperationCanceledException"/> only.
    /// </summary>
    public async ValueTask<(SmtpConnection? Connection, SmtpStep? Failure)> ConnectAsync(SmtpTarget target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        var (connection, failure) = await TryAsync(target, mayStartTls: true, cancellation);
        if (failure is not { Outcome: SmtpOutcome.TlsFailed } || target.Tls != SmtpTlsUse.Opportunistic || target.IsImplicitTls) return (connection, failure);
        return await TryAsync(target, mayStartTls: false, cancellation);
    }

    private async ValueTask<(SmtpConnection? Connection, SmtpStep? Failure)> TryAsync(SmtpTarget target, bool mayStartTls, CancellationToken cancellation)
    {
        var attempt = await OutgoingConnection.ConnectAsync(target.Address, _outgoing, cancellation);
        if (attempt.Connection is not { } wire)
        {
            return (null, new SmtpStep(attempt.Outcome == ConnectOutcome.TimedOut ? SmtpOutcome.TimedOut : SmtpOutcome.Lost, null, attempt.Fault ?? "no connection"));
        }

        var connection = new SmtpConnection(wire, new SmtpClient(wire.Wire, _options with { IsLmtp = target.IsLmtp }, _outgoing.Time));
        try
        {
            if (await PrepareAsync(target, mayStartTls, (wire, connection.Client), cancellation) is not { } failure) return (connection, null);
            await connection.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            return (null, failure);
        }
        catch (OperationCanceledException)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    // What failed; null when all went well.
    private static async ValueTask<SmtpStep?> PrepareAsync(
        SmtpTarget target, bool mayStartTls, (OutgoingConnection Wire, SmtpClient Client) over, CancellationToken cancellation)
    {
        var (wire, client) = over;
        if (target.IsImplicitTls && !await wire.Wire.SecureAsync(TlsOptions(target))) return new SmtpStep(SmtpOutcome.TlsFailed, null, wire.Wire.TlsFailure ?? "no TLS");
        var step = await client.GreetAsync(cancellation);
        if (!step.IsDone) return step;
        if (mayStartTls && target.Tls != SmtpTlsUse.None && client.Tls is null)
        {
            var secured = await client.StartTlsAsync(TlsOptions(target), cancellation);
            var goesOn = secured.IsDone || (target.Tls == SmtpTlsUse.Opportunistic && client.Ending is null);
            if (!goesOn) return secured;
        }

        if (target.User is null || target.Password is null) return null;
        var password = Encoding.UTF8.GetBytes(target.Password);
        using var credentials = new SaslCredentials(target.User, password);
        CryptographicOperations.ZeroMemory(password);
        var login = new SmtpLogin(credentials) { ServerName = target.Name, Plain = PlainUse(target.Tls), AllowLegacy = target.Tls == SmtpTlsUse.None };
        step = await client.AuthenticateAsync(login, cancellation);
        return step.IsDone ? null : step;
    }

    // Who asks for no TLS at all, and has us log in, has decided. Where TLS was only found not to work, somebody on the way may have seen to that.
    private static PlainPasswords PlainUse(SmtpTlsUse tls) => tls switch
    {
        SmtpTlsUse.None => PlainPasswords.Always,
        SmtpTlsUse.Verified => PlainPasswords.IfVerified,
        _ => PlainPasswords.IfEncrypted,
    };

    private static TlsClientOptions TlsOptions(SmtpTarget target) => new()
    {
        TargetName = target.Name,
        Verification = target.Tls switch
        {
            SmtpTlsUse.Verified => TlsVerification.Verified,
            SmtpTlsUse.Required => TlsVerification.Required,
            _ => TlsVerification.None,
        },
    };
}
