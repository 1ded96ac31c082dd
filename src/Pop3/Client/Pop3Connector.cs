using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Sasl.Client;
using Merpati.Wire.Connecting;
using Merpati.Wire.Tls;

namespace Merpati.Pop3.Client;

/// <summary>
/// Makes connections to maildrops: connects, greets, starts TLS and logs in as a <see cref="Pop3Target"/> asks. What goes wrong is a value. Safe
/// for concurrent callers.
/// </summary>
public sealed class Pop3Connector
{
    private readonly Pop3ClientOptions _options;
    private readonly OutgoingOptions _outgoing;

    /// <summary>A connector whose clients behave so.</summary>
    public Pop3Connector(Pop3ClientOptions options, OutgoingOptions outgoing)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(outgoing);
        _options = options;
        _outgoing = outgoing;
    }

    /// <summary>
    /// The connection, or the step that failed. A server whose TLS does not work is asked a second time without, where TLS is
    /// <see cref="Pop3TlsUse.Opportunistic"/>. Throws <see cref="OperationCanceledException"/> only.
    /// </summary>
    public async ValueTask<(Pop3Connection? Connection, Pop3Step? Failure)> ConnectAsync(Pop3Target target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        var (connection, failure) = await TryAsync(target, target.Tls != Pop3TlsUse.None, cancellation);
        if (failure is not { Outcome: Pop3Outcome.TlsFailed } || target.Tls != Pop3TlsUse.Opportunistic || target.IsImplicitTls) return (connection, failure);
        return await TryAsync(target, mayStartTls: false, cancellation);
    }

    private async ValueTask<(Pop3Connection? Connection, Pop3Step? Failure)> TryAsync(Pop3Target target, bool mayStartTls, CancellationToken cancellation)
    {
        var attempt = await OutgoingConnection.ConnectAsync(target.Address, _outgoing, cancellation);
        if (attempt.Connection is not { } wire)
        {
            return (null, new Pop3Step(attempt.Outcome == ConnectOutcome.TimedOut ? Pop3Outcome.TimedOut : Pop3Outcome.Lost, null, attempt.Fault ?? "no connection"));
        }

        var connection = new Pop3Connection(wire, new Pop3Client(wire.Wire, _options));
        try
        {
            if (await PrepareAsync(target, connection.Client, mayStartTls, cancellation) is not { } failure) return (connection, null);
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
    private static async ValueTask<Pop3Step?> PrepareAsync(Pop3Target target, Pop3Client client, bool mayStartTls, CancellationToken cancellation)
    {
        if (target.IsImplicitTls && await client.SecureAsync(TlsOptions(target), cancellation) is { IsDone: false } unsecured) return unsecured;
        var step = await client.GreetAsync(cancellation);
        if (!step.IsDone) return step;
        if (mayStartTls && client.Tls is null)
        {
            var secured = await client.StartTlsAsync(TlsOptions(target), cancellation);
            var goesOn = secured.IsDone || (target.Tls == Pop3TlsUse.Opportunistic && client.Ending is null);
            if (!goesOn) return secured;
        }

        if (target.UseUtf8 && client.Capabilities.HasUtf8)
        {
            await client.UseUtf8Async(cancellation); // a server that refuses may still hand out what needs none
            if (client.Ending is { } ended) return ended;
        }

        if (target.User is null || target.Password is null) return null;
        var password = Encoding.UTF8.GetBytes(target.Password);
        using var credentials = new SaslCredentials(target.User, password);
        CryptographicOperations.ZeroMemory(password);
        var login = new Pop3Login(credentials)
        {
            ServerName = target.Name,
            Plain = PlainUse(target.Tls),
            AllowLegacy = target.AllowApop || target.Tls == Pop3TlsUse.None || target.OnlyWay is not null,
            Only = target.OnlyWay,
        };
        step = await client.AuthenticateAsync(login, cancellation);
        return step.IsDone ? null : step;
    }

    // Who asks for no TLS at all, and has us log in, has decided.
    private static PlainPasswords PlainUse(Pop3TlsUse tls) => tls switch
    {
        Pop3TlsUse.None => PlainPasswords.Always,
        Pop3TlsUse.Verified => PlainPasswords.IfVerified,
        _ => PlainPasswords.IfEncrypted,
    };

    private static TlsClientOptions TlsOptions(Pop3Target target) => new()
    {
        TargetName = target.Name,
        Verification = target.Tls switch
        {
            Pop3TlsUse.Verified => TlsVerification.Verified,
            Pop3TlsUse.Required => TlsVerification.Required,
            _ => TlsVerification.None,
        },
    };
}
