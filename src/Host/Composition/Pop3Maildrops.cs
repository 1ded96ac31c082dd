using Merpati.Delivery.Collecting;
using Merpati.Mail.Envelopes;

namespace Merpati.Host.Composition;

/// <summary>Opens maildrops on other servers by POP3, to be collected.</summary>
internal sealed class Pop3Maildrops : IRemoteMaildrops
{
    private readonly Pop3Opening _opening;

    public Pop3Maildrops(Pop3Opening opening) => _opening = opening;

    public async ValueTask<(IRemoteMaildrop? Maildrop, RemoteFault? Fault)> OpenAsync(RemoteLogin login, CancellationToken cancellation)
    {
        var (connection, address, fault) = await _opening.OpenAsync(login, cancellation);
        if (connection is null) return (null, fault);
        var origin = new Origin(login.Url.Host, address!, connection.Client.Tls is null ? "POP3" : "POP3S");
        return (new Pop3Maildrop(connection, login.Url, origin), null);
    }
}
