using System.Globalization;
using System.Net;
using Merpati.Host.Configuration;
using Merpati.Smtp.Client;
using Merpati.Wire.Tls;

namespace Merpati.Host.Cli.Sending;

/// <summary>The server that a message is handed to, and what is asked of TLS with it.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">The port.</param>
internal sealed record SendServer(string Host, int Port)
{
    /// <summary>What is asked of TLS.</summary>
    public SmtpTlsUse Tls { get; init; }

    /// <summary>Whether TLS begins with the connection (RFC 8314 §3.3).</summary>
    public bool IsImplicitTls { get; init; }

    /// <summary>Whether LMTP is spoken (RFC 2033).</summary>
    public bool IsLmtp { get; init; }

    /// <summary>Whether it is this machine's own, which nobody has named.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Authorities, or certificates, that are believed in place of the machine's; null for those.</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Whether it is on this machine, so that nobody listens on the way.</summary>
    public bool IsLoopback => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>What a handshake asks for.</summary>
    public TlsClientOptions TlsOptions => new()
    {
        TargetName = Host,
        Authorities = Authorities,
        Verification = Tls switch
        {
            SmtpTlsUse.Verified => TlsVerification.Verified,
            SmtpTlsUse.Required => TlsVerification.Required,
            _ => TlsVerification.None,
        },
    };

    /// <summary>Reads HOST, HOST:PORT, [IPv6]:PORT; what is none is wrong usage.</summary>
    public static SendServer Parse(string text, int defaultPort)
    {
        if (IPAddress.TryParse(text, out var address) && (!text.Contains(':', StringComparison.Ordinal) || !text.Contains(']', StringComparison.Ordinal))) return new SendServer(address.ToString(), defaultPort);
        if (IPEndPoint.TryParse(text, out var endPoint)) return new SendServer(endPoint.Address.ToString(), endPoint.Port == 0 ? defaultPort : endPoint.Port);
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? (text, defaultPort) : (text[..colon], int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 65_536 ? number : 0);
        if (port == 0 || Uri.CheckHostName(host) is UriHostNameType.Unknown) throw new CommandFailure($"--server \"{ControlText.Escape(text)}\" is not HOST or HOST:PORT", ExitStatus.WrongUsage);
        return new SendServer(host, port);
    }

    /// <summary>This machine's own: where users hand in mail when one logs in, else where mail is received.</summary>
    public static SendServer Own(Settings settings, bool logsIn)
    {
        ListenerSetting[] wanted = logsIn ? [ListenerSettings.Submission, ListenerSettings.Smtp] : [ListenerSettings.Smtp, ListenerSettings.Submission];
        foreach (var listener in wanted)
        {
            if (settings.Get(listener.EndPoints) is not [{ Port: not 0 } endPoint, ..]) continue;
            var address = endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endPoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : endPoint.Address;
            return new SendServer(address.ToString(), endPoint.Port) { IsOwn = true };
        }

        throw new CommandFailure($"there is no smtp listener of a known port here ({ListenerSettings.Smtp.EndPoints.Key}); name a server with --server HOST:PORT");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host} port {Port}");
}
