using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Merpati.Host.Configuration;
using Merpati.Progin.Client;
using Merpati.Wire.Connecting;

namespace Merpati.Host.Cli.Progin;

/// <summary>A Progin server to connect to.</summary>
/// <param name="Host">Its name or address.</param>
/// <param name="Port">The port.</param>
internal sealed record ProginServer(string Host, int Port)
{
    private const int DefaultPort = 2109;
    private const int MaxAddresses = 4;

    /// <summary>Reads HOST, HOST:PORT, [IPv6]:PORT; what is none is wrong usage.</summary>
    public static ProginServer Parse(string text)
    {
        if (!text.Contains("]:", StringComparison.Ordinal) && IPAddress.TryParse(text, out var address)) return new ProginServer(address.ToString(), DefaultPort); // else it drops the port
        if (IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port != 0) return new ProginServer(endPoint.Address.ToString(), endPoint.Port);
        var colon = text.LastIndexOf(':');
        var (host, port) = colon < 0 ? (text, DefaultPort) : (text[..colon], int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 65_536 ? number : 0);
        if (port == 0 || Uri.CheckHostName(host) == UriHostNameType.Unknown) throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not HOST or HOST:PORT", ExitStatus.WrongUsage);
        return new ProginServer(host, port);
    }

    /// <summary>This machine's own.</summary>
    public static ProginServer Own(Settings settings)
    {
        if (settings.Get(ListenerSettings.Progin.EndPoints) is not [{ Port: not 0 } endPoint, ..])
        {
            throw new CommandFailure($"there is no progin listener of a known port here ({ListenerSettings.Progin.EndPoints.Key}); name a server as HOST:PORT");
        }

        var address = endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endPoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : endPoint.Address;
        return new ProginServer(address.ToString(), endPoint.Port);
    }

    /// <summary>Connects and says HELO. Throws <see cref="CommandFailure"/> with a line for people when it comes to nothing.</summary>
    public async Task<ProginConnection> ConnectAsync(ProginClientOptions options, CancellationToken cancellation)
    {
        var connector = new ProginConnector(options, new OutgoingOptions());
        var fault = "DNS does not say where it is";
        foreach (var address in await FindAddressesAsync(cancellation))
        {
            if (!IPAddress.IsLoopback(address)) Console.Error.WriteLine($"merpati: warning: whoever listens on the way to {Host} can read the password and the mail");
            var (connection, failure) = await connector.ConnectAsync(new IPEndPoint(address, Port), cancellation);
            if (connection is not null) return connection;
            fault = failure!.Text;
            if (failure.Outcome is ProginOutcome.Refused or ProginOutcome.ProtocolError) throw new CommandFailure($"{this} turns us away: {fault}");
        }

        throw new CommandFailure($"cannot reach {this}: {fault}");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Host} port {Port}");

    private async Task<IPAddress[]> FindAddressesAsync(CancellationToken cancellation)
    {
        if (IPAddress.TryParse(Host, out var address)) return [address];
        try
        {
            var found = await System.Net.Dns.GetHostAddressesAsync(Host, cancellation);
            return found[..Math.Min(found.Length, MaxAddresses)];
        }
        catch (SocketException)
        {
            return [];
        }
    }
}
