using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Sasl.Client;
using Merpati.Smtp.Client;
using Merpati.Wire.Connecting;

namespace Merpati.Host.Cli.Sending;

/// <summary>
/// A connection that is greeted, secured and logged in to as was asked. Whatever keeps it from that ends the command with a line that says what, and which
/// option would go on nevertheless. Disposing says QUIT where that makes sense.
/// </summary>
internal sealed class SendConnection : IAsyncDisposable
{
    private const int MaxPipelined = 100; // and one by one where somebody reads along

    private readonly OutgoingConnection _wire;
    private readonly SendServer _server;

    private SendConnection(OutgoingConnection wire, SendServer server, SmtpClientOptions options)
    {
        _wire = wire;
        _server = server;
        Client = new SmtpClient(wire.Wire, options with { IsLmtp = server.IsLmtp }, TimeProvider.System);
    }

    /// <summary>The client over it.</summary>
    public SmtpClient Client { get; }

    /// <summary>Connects. <paramref name="hostName"/> is null for the address that the connection comes from.</summary>
    public static async Task<SendConnection> OpenAsync(SendServer server, SendLogin? login, string? hostName, ISmtpTranscript? transcript, CancellationToken cancellation)
    {
        var mayStartTls = server.Tls != SmtpTlsUse.None;
        while (true)
        {
            var wire = await ConnectAsync(server, cancellation);
            var options = new SmtpClientOptions { HostName = hostName ?? Literal(wire.Wire.Ends.Local), Transcript = transcript, MaxPipelined = transcript is null ? MaxPipelined : 1 };
            var connection = new SendConnection(wire, server, options);
            try
            {
                if (await connection.PrepareAsync(mayStartTls, cancellation))
                {
                    if (login is not null) await connection.LogInAsync(login, cancellation);
                    return connection;
                }
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }

            // RFC 7435: where TLS was only to be tried, what does not work is no reason not to send.
            await connection.DisposeAsync();
            mayStartTls = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Client.Standing != SmtpStanding.Closed) await Client.QuitAsync(CancellationToken.None);
        await _wire.DisposeAsync();
    }

    private static async Task<OutgoingConnection> ConnectAsync(SendServer server, CancellationToken cancellation)
    {
        var fault = "";
        foreach (var address in await ResolveAsync(server, cancellation))
        {
            var attempt = await OutgoingConnection.ConnectAsync(new IPEndPoint(address, server.Port), new OutgoingOptions(), cancellation);
            if (attempt.Connection is { } wire) return wire;
            fault = attempt.Fault ?? "no connection";
        }

        var isRunning = server.IsOwn ? "; 'merpati serve' starts this machine's server, --server HOST names another" : "";
        throw new CommandFailure($"cannot reach {server}: {ControlText.Escape(fault)}{isRunning}");
    }

    private static async Task<IPAddress[]> ResolveAsync(SendServer server, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(server.Host, out var address)) return [address];
        try
        {
            var found = await System.Net.Dns.GetHostAddressesAsync(server.Host, cancellation);
            if (found.Length > 0) return found;
        }
        catch (SocketException fault) when (fault.SocketErrorCode is not (SocketError.HostNotFound or SocketError.NoData))
        {
            throw new CommandFailure($"cannot find out where {server.Host} is: {ControlText.Escape(fault.Message)}");
        }
        catch (SocketException)
        {
            // Said below.
        }

        throw new CommandFailure($"cannot reach {server.Host}: there is no such host");
    }

    private static string Literal(IPEndPoint? local) => local?.Address switch
    {
        null => "localhost",
        { IsIPv4MappedToIPv6: true } mapped => $"[{mapped.MapToIPv4()}]",
        { AddressFamily: AddressFamily.InterNetworkV6 } six => $"[IPv6:{new IPAddress(six.GetAddressBytes())}]",
        var four => $"[{four}]",
    };

    // False: TLS was tried and does not work, and the connection is gone.
    private async Task<bool> PrepareAsync(bool mayStartTls, CancellationToken cancellation)
    {
        if (_server.IsImplicitTls && !await _wire.Wire.SecureAsync(_server.TlsOptions)) throw NoTls(_wire.Wire.TlsFailure ?? "the handshake came to nothing");
        Expect(await Client.GreetAsync(cancellation), "turns us away");
        if (_server.IsImplicitTls || !mayStartTls) return true;
        var isTried = _server.Tls == SmtpTlsUse.Opportunistic;
        var secured = await Client.StartTlsAsync(_server.TlsOptions, cancellation);
        if (secured.IsDone || (isTried && Client.Ending is null)) return true;
        if (isTried && secured.Outcome == SmtpOutcome.TlsFailed)
        {
            Console.Error.WriteLine($"merpati: note: no TLS with {_server.Host}: {ControlText.Escape(secured.Text)}; it is tried without, as --tls try says");
            return false;
        }

        if (secured.Outcome == SmtpOutcome.Unsupported) throw new CommandFailure($"{_server} does not offer STARTTLS; --tls none goes on without TLS, where whoever listens on the way can read the mail");
        if (secured.Outcome == SmtpOutcome.TlsFailed) throw NoTls(secured.Text);
        Expect(secured, "refuses STARTTLS");
        return true;
    }

    private CommandFailure NoTls(string fault)
    {
        var isAboutCertificate = _server.Tls == SmtpTlsUse.Verified && fault.Contains("certificate", StringComparison.Ordinal);
        var wayOut = !isAboutCertificate ? "" : $" ({(_server.IsImplicitTls ? "--any-certificate" : "--tls require")} takes any certificate, --trust FILE believes that one)";
        return new CommandFailure($"no TLS with {_server}: {ControlText.Escape(fault)}{wayOut}");
    }

    private async Task LogInAsync(SendLogin login, CancellationToken cancellation)
    {
        var password = Encoding.UTF8.GetBytes(login.Password);
        using var credentials = new SaslCredentials(login.User, password);
        CryptographicOperations.ZeroMemory(password);

        // Who asks for no TLS and logs in has decided, and was warned; on this machine nobody listens.
        var isOpen = _server.IsLoopback || _server.Tls == SmtpTlsUse.None;
        var plain = isOpen ? PlainPasswords.Always : _server.Tls == SmtpTlsUse.Verified ? PlainPasswords.IfVerified : PlainPasswords.IfEncrypted;
        var step = await Client.AuthenticateAsync(new SmtpLogin(credentials) { ServerName = _server.Host, Plain = plain, AllowLegacy = isOpen || Client.Tls is not null }, cancellation);
        if (step.Outcome != SmtpOutcome.Unsupported)
        {
            Expect(step, $"refuses the login of {ControlText.Escape(login.User)}");
            return;
        }

        var withoutTls = Client.Tls is null ? "; it may take one under TLS (--tls require)" : "";
        throw new CommandFailure(Client.Capabilities.Mechanisms.Count == 0
            ? $"{_server} offers no login{withoutTls}"
            : $"{_server} offers no way to log in that is safe here: {ControlText.Escape(string.Join(' ', Client.Capabilities.Mechanisms))}{withoutTls}");
    }

    private void Expect(SmtpStep step, string refusal)
    {
        if (step.IsDone && Client.Ending is null) return;
        step = Client.Ending ?? step;
        throw new CommandFailure(step.Reply is { } reply ? $"{_server} {refusal}: {ReplyWords.OneLine(reply)}" : $"{_server}: {ControlText.Escape(step.Text)}");
    }
}
