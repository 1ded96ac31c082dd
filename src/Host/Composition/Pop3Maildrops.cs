using System.Net;
using System.Net.Sockets;
using System.Text;
using Merpati.Delivery.Collecting;
using Merpati.Mail.Envelopes;
using Merpati.Pop3.Client;
using Merpati.Storage.Collecting;

namespace Merpati.Host.Composition;

/// <summary>Opens maildrops on other servers by POP3.</summary>
internal sealed class Pop3Maildrops : IRemoteMaildrops
{
    private const int MaxAddresses = 4;

    private readonly Pop3Connector _connector;

    public Pop3Maildrops(Pop3Connector connector) => _connector = connector;

    public async ValueTask<(IRemoteMaildrop? Maildrop, RemoteFault? Fault)> OpenAsync(RemoteLogin login, CancellationToken cancellation)
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
            };
            var (connection, failure) = await _connector.ConnectAsync(target, cancellation);
            if (connection is not null)
            {
                var origin = new Origin(url.Host, address, connection.Client.Tls is null ? "POP3" : "POP3S");
                return (new Pop3Maildrop(connection, url, origin), null);
            }

            fault = Pop3Faults.OfOpening(failure!, url);
            if (fault.Failure != RemoteFailure.Unreachable) break; // another address of the same server would say the same
        }

        return (null, fault);
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
