using System.Collections.Frozen;
using System.Net;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;
using Merpati.Smtp.Server;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Queue;

/// <summary>What waits in the queue, for those who ask for it: ETRN, ATRN and TURN.</summary>
public sealed class OnDemandMail : IMailOnDemand
{
    private const int MaxDestinations = 10_000; // that one "@domain" starts

    private static readonly LocalPart AnyUser = LocalPart.TryParse("postmaster"u8, allowUtf8: false, out var local) ? local : throw new InvalidOperationException();

    private readonly QueueRunner _queue;
    private readonly FrozenDictionary<string, IReadOnlyList<Domain>> _owned;

    /// <summary>The queue of <paramref name="queue"/>; <paramref name="owners"/> says whose each domain is.</summary>
    public OnDemandMail(QueueRunner queue, IReadOnlyDictionary<Domain, IReadOnlyList<EmailAddress>> owners)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(owners);
        _queue = queue;
        _owned = owners.SelectMany(entry => entry.Value.Select(owner => (Owner: AddressKey.Of(owner), Domain: entry.Key)))
            .GroupBy(pair => pair.Owner, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => (IReadOnlyList<Domain>)[.. group.Select(pair => pair.Domain).OrderBy(domain => domain.Name, StringComparer.Ordinal)], StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public bool HasOwners => _owned.Count > 0;

    /// <inheritdoc/>
    public IReadOnlyList<Domain> OwnedBy(EmailAddress user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return _owned.GetValueOrDefault(AddressKey.Of(user)) ?? [];
    }

    /// <inheritdoc/>
    public async ValueTask<int> StartAsync(QueueNode node, CancellationToken cancellation)
    {
        var started = 0;
        foreach (var destination in await FindAsync(node, cancellation))
        {
            started += await _queue.Surroundings.Store.ChangeAsync(
                QueueChange.Retry, new QueueFilter { Destination = destination }, _queue.Surroundings.Time.GetUtcNow(), cancellation);
            _queue.Wake(destination);
        }

        return started;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> HasMailAsync(IReadOnlyList<Domain> domains, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(domains);
        foreach (var domain in domains)
        {
            var waiting = new QueueFilter { Destination = DestinationOf(domain), State = QueueState.Waiting };
            if ((await _queue.Surroundings.Store.ListAsync(waiting, 0, 1, cancellation)).Count > 0) return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public async Task CarryAsync(IReadOnlyList<Domain> domains, SmtpClient client, IPAddress? peer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(domains);
        ArgumentNullException.ThrowIfNull(client);
        var greeting = await client.GreetAsync(cancellation);
        var host = new NextHost(domains[0].Name, new IPEndPoint(peer ?? IPAddress.None, 0)); // the port is its own choice, and says nothing
        await using var session = new SmtpTransportSession(client, null, host, isLmtp: false, _queue.Surroundings.Time);
        var delivered = 0;
        foreach (var domain in domains)
        {
            if (!greeting.IsDone || !session.IsUsable) break;
            delivered += await CarryAsync(domain, session, cancellation);
        }

        DeliveryLog.Fetched(_queue.Log, host.Name, delivered, client.Ending?.Text ?? greeting.Text);
        await client.QuitAsync(cancellation);
    }

    private async ValueTask<int> CarryAsync(Domain domain, ITransportSession session, CancellationToken cancellation)
    {
        var destination = DestinationOf(domain);
        var route = _queue.Surroundings.Routes.FindByDestination(destination);
        await using var turn = new OnDemandTurn(_queue, destination, route, session);
        await _queue.Surroundings.Store.ChangeAsync(QueueChange.Retry, new QueueFilter { Destination = destination }, _queue.Surroundings.Time.GetUtcNow(), cancellation);
        return await turn.RunAsync(cancellation);
    }

    private async ValueTask<IReadOnlyList<string>> FindAsync(QueueNode node, CancellationToken cancellation)
    {
        var own = DestinationOf(node.Domain);
        var found = await _queue.Surroundings.Store.FindDestinationsAsync(node.Domain.Name, node.WithBelow, MaxDestinations, cancellation);
        return [.. found.Select(count => count.Destination).Append(own).Distinct(StringComparer.Ordinal)];
    }

    // What goes by a route is scheduled under the route's name.
    private string DestinationOf(Domain domain)
    {
        var recipient = new EmailAddress(AnyUser, domain);
        return _queue.Surroundings.Routes.Find(MailPath.Null, recipient).DestinationOf(recipient);
    }
}
