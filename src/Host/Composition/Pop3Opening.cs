using System.Net;
using System.Net.Sockets;
using System.Text;
using Merpati.Delivery.Collecting;
using Merpati.Pop3.Client;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Composition;

/// <summary>Opens sessions with maildrops on other servers: finds the host, connects, secures, logs in. What goes wrong is a line for a person.</summary>
internal sealed class Pop3Opening
{
    private const int MaxAddresses = 4;

    private readonly Pop3Connector _connector;

    public Pop3Opening(Pop3Connector connector) => _connector = connector;

    /// <summary>The only way to log in that is tried (<see cref="Pop3Login.Only"/>); null for the strongest there is.</summary>
    public string? OnlyWay { get; init; }

    /// <summary>The session, which is the caller's to dispose, and the address that it is with; or what went wrong. Throws <see cref="OperationCanceledException"/> only.</summary>
    public async ValueTask<(Pop3Connection? Connection, IPAddress? Address, RemoteFault? Fault)> OpenAsync(RemoteLogin login, CancellationToken cancellation)
    {
        var url = login.Url;
        var (addresses, fault) = await FindAddressesAsync(url.Host, cancellation);
        foreach (var address in addresses)
        {
            var target = new Pop3Target(url.Host, new IPEndPoint(address, url.Port))
            {
                IsImplicitTls = url.IsImplicitTls,
                Tls = UseOf(login.Tls, url.IsImplicitTls),
                User = url.User,
                Password = Encoding.UTF8.GetString(login.Password.Span),
                OnlyWay = OnlyWay,
            };
            var (connection, failure) = await _connector.ConnectAsync(target, cancellation);
            if (connection is not null) return (connection, address, null);
            fault = Pop3Faults.OfOpening(failure!, url, login.Tls);
            if (fault.Failure != RemoteFailure.Unreachable) break; // another address of the same server would say the same
        }

        return (null, null, fault);
    }

    // Implicit TLS is there in any case; the question is what is asked of its certificate.
    private static Pop3TlsUse UseOf(CollectTls tls, bool isImplicit) => tls switch
    {
        CollectTls.None => isImplicit ? Pop3TlsUse.Required : Pop3TlsUse.None,
        CollectTls.Unverified => Pop3TlsUse.Required,
        _ => Pop3TlsUse.Verified,
    };

    private static async ValueTask<(IPAddress[] Addresses, RemoteFault? Fault)> FindAddressesAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var address)) return ([address], null);
        try
        {
            var found = await System.Net.Dns.GetHostAddressesAsync(host, cancellation);
            if (found.Length > 0) return (found[..Math.Min(found.Length, MaxAddresses)], null);
        }
        catch (SocketException)
        {
            // told below
        }

        return ([], new RemoteFault(RemoteFailure.Unreachable, $"there is no host {host}, or DNS does not say where it is"));
    }
}
