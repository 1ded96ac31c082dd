using Merpati.Delivery.Intake;
using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Messages;
using Merpati.Storage.Messages;
using Merpati.Storage.Queue;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Bounces;

/// <summary>
/// Writes notices and finds out where they go: into the mailbox of a sender of ours, or into the queue. Their reverse-path is null, so nothing is ever
/// told about them (RFC 5321 §4.5.5). Safe for concurrent callers.
/// </summary>
public sealed class NoticeWriter
{
    private readonly RouteFinder _finder;
    private readonly RouteTable _routes;
    private readonly NoticeComposer _composer;
    private readonly QueueIdSource _ids;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    /// <summary>A writer of notices in the name of a host, routed by the given surroundings' directory and routes.</summary>
    public NoticeWriter(MailDirectory directory, RouteTable routes, string hostName, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(loggers);
        _finder = directory.Finder;
        _routes = routes;
        _composer = new NoticeComposer(hostName);
        _ids = new QueueIdSource(time);
        _time = time;
        _log = loggers.CreateLogger("Merpati.Delivery");
    }

    /// <summary>The notice, ready to be accepted; null when its sender is nobody any more. Throws <see cref="Storage.StoreException"/>.</summary>
    internal async ValueTask<Acceptance?> WriteAsync(StatusNotice notice, Func<bool, ValueTask<ReturnedText>> read, CancellationToken cancellation)
    {
        if (notice.About.ReversePath.Address is not { } sender) return null;
        if (_finder.Options.Relay.Srs is { } srs && srs.TryReverse(sender, out var original)) sender = original;
        var route = await _finder.FindAsync(sender, mayCatch: true, cancellation);
        var isForeign = route.DeadEnd == Mail.Directory.RecipientStanding.Foreign;
        List<EmailAddress> abroad = isForeign ? [sender] : [.. route.Abroad];

        // Nobody asked for a group to be told: a notice for one goes to no member.
        var deliveries = new DeliveryList(TraceFields.ReturnPath(MailPath.Null));
        foreach (var account in route.Accounts) deliveries.Add(account.Account!.InboxId, deliveries.ReturnPath, enforceQuota: false);
        if (abroad.Count == 0 && deliveries.Entries.Count == 0)
        {
            DeliveryLog.NoticeToNobody(_log, notice.About.Id, sender);
            return null;
        }

        var returned = await read(notice.Kind == NoticeKind.Failed && notice.About.Return == ReturnContent.Full);

        // The sender's host may not take octets above 127, and nobody would be told.
        if (abroad.Count > 0 && !notice.About.IsInternationalized && notice.About.HasEightBit) returned = returned.HeaderOnly();
        var now = _time.GetLocalNow();
        var text = _composer.Compose(notice, new MailPath(sender), returned, now);
        return new Acceptance(new NoticeText(text), deliveries.Entries, now) { Sendings = ToSendings(abroad, text, notice.About.IsInternationalized) };
    }

    private IReadOnlyList<NewSending> ToSendings(List<EmailAddress> abroad, byte[] text, bool isInternationalized)
    {
        if (abroad.Count == 0) return [];
        var recipients = abroad.ConvertAll(address =>
            new NewQueuedRecipient(address, _routes.Find(MailPath.Null, address).DestinationOf(address), Notices: null));
        var hasEightBit = !System.Text.Ascii.IsValid(text);
        return
        [
            new NewSending(_ids.Next(), MailPath.Null, recipients)
            {
                Body = hasEightBit ? BodyType.EightBitMime : BodyType.SevenBit,
                HasEightBit = hasEightBit,
                IsInternationalized = isInternationalized,
            },
        ];
    }

    private sealed class NoticeText(byte[] octets) : IBodyContent
    {
        public long Length => octets.Length;

        public void Read(long offset, Span<byte> destination) => octets.AsSpan((int)offset, destination.Length).CopyTo(destination);
    }
}
