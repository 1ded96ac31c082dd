using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Merpati.Host.Configuration;

namespace Merpati.Host.Cli;

/// <summary>Whether each listener answers as ours, or its port is free.</summary>
internal static class ListenerCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(ListenerSetting listener, Settings settings, List<Finding> findings, CancellationToken cancellation)
    {
        var (name, endPoints) = (listener.Name, settings.Get(listener.EndPoints));
        if (endPoints.Count == 0) findings.Add(new(Finding.Fine, name, "off"));
        foreach (var endPoint in endPoints)
        {
            if (endPoint.Port != 0 && await GreetingAsync(endPoint, listener, cancellation) is { } greeting)
            {
                var ours = listener == ListenerSettings.Progin ? greeting == "OK" : greeting.Contains("Merpati", StringComparison.Ordinal);
                findings.Add(new(ours ? Finding.Fine : Finding.Wrong, name, $"{endPoint} answers \"{ControlText.Escape(greeting)}\"{(ours ? "" : ": another program has this port")}"));
            }
            else
            {
                findings.Add(TryBind(name, endPoint));
            }
        }
    }

    private static Finding TryBind(string name, IPEndPoint endPoint)
    {
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endPoint);
            return new(Finding.Fine, name, $"{endPoint} is free");
        }
        catch (SocketException fault)
        {
            return new(Finding.Wrong, name, $"{endPoint} cannot be had: {fault.Message}");
        }
    }

    private static async Task<string?> GreetingAsync(IPEndPoint endPoint, ListenerSetting listener, CancellationToken cancellation)
    {
        var target = endPoint.Address.Equals(IPAddress.Any) ? new IPEndPoint(IPAddress.Loopback, endPoint.Port)
            : endPoint.Address.Equals(IPAddress.IPv6Any) ? new IPEndPoint(IPAddress.IPv6Loopback, endPoint.Port) : endPoint;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, patience.Token);
            await using var clear = new NetworkStream(socket, ownsSocket: false);
            await using var stream = ListenerSettings.WithImplicitTls.Contains(listener) ? await UpgradeAsync(clear, patience.Token) : clear;

            // There the client speaks first.
            if (listener == ListenerSettings.Progin) await stream.WriteAsync("HELO\n"u8.ToArray(), patience.Token);
            var octets = new byte[512];
            var length = await stream.ReadAsync(octets, patience.Token);
            return Encoding.ASCII.GetString(octets, 0, length).TrimEnd();
        }
        catch (Exception nobody) when (nobody is SocketException or OperationCanceledException or IOException or AuthenticationException)
        {
            return null;
        }
    }

    private static async Task<Stream> UpgradeAsync(Stream clear, CancellationToken cancellation)
    {
        // Whose certificate it is, another check says; here only the greeting is wanted.
        var tls = new SslStream(clear, leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellation);
        return tls;
    }
}
