using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Intake;

/// <summary>
/// The sendings that one message makes: one for each trace and reverse-path, all over one body. An address gets the message once, however many
/// recipients lead to it.
/// </summary>
internal sealed class DepartureList
{
    private readonly RouteTable _routes;
    private readonly List<Departure> _departures = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public DepartureList(RouteTable routes) => _routes = routes;

    public bool IsEmpty => _departures.Count == 0;

    /// <summary>Adds an address; recipients with the same trace object and an equal reverse-path share a sending.</summary>
    public void Add(MailPath reversePath, byte[] trace, EmailAddress address, RecipientNotices? notices)
    {
        // Case may matter in the local part at the other host (RFC 5321 §2.4).
        if (!_seen.Add(address.ToString())) return;
        var departure = _departures.Find(known => ReferenceEquals(known.Trace, trace) && known.ReversePath.ToString() == reversePath.ToString());
        if (departure is null) _departures.Add(departure = new Departure(reversePath, trace, []));
        departure.Recipients.Add(new NewQueuedRecipient(address, _routes.Find(reversePath, address).DestinationOf(address), notices));
    }

    public IReadOnlyList<NewSending> ToSendings(Envelope envelope, QueueId id, bool hasEightBit, SenderShares shares) => [.. _departures.Select(departure =>
        new NewSending(id, departure.ReversePath, departure.Recipients)
        {
            Trace = departure.Trace,
            Body = envelope.Body,
            IsInternationalized = envelope.IsInternationalized || !departure.ReversePath.IsAscii || departure.Recipients.Exists(recipient => !recipient.Address.IsAscii),
            Return = envelope.Return,
            EnvelopeId = envelope.EnvelopeId,
            HasEightBit = hasEightBit,
            Ahead = departure.ReversePath.IsNull ? TimeSpan.Zero : shares.Take(departure.ReversePath.ToString(), departure.Recipients.Count),
        })];

    private sealed record Departure(MailPath ReversePath, byte[] Trace, List<NewQueuedRecipient> Recipients);
}
