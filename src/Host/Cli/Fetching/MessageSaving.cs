using Merpati.Host.Cli.Saving;
using Merpati.Pop3.Client;

namespace Merpati.Host.Cli.Fetching;

/// <summary>
/// <c>fetch --save</c>: saves messages as they come. Every so many, and at the end, all that came is brought to disk for good; only that is noted as seen, and removed there.
/// </summary>
internal sealed class MessageSaving : MessageReceiver
{
    private const int Together = 100;

    private readonly MessageArchive _archive;
    private readonly SeenIds? _seen;
    private readonly SaveTally _tally;
    private readonly OctetProgress? _progress;
    private readonly List<Pop3Entry> _fresh = []; // saved, and not yet on disk for good
    private long _freshOctets;

    private MessageSaving(IReadOnlyList<Pop3Entry> wanted, MessageArchive archive, SeenIds? seen, SaveTally tally, OctetProgress? progress)
        : base(wanted)
    {
        _archive = archive;
        _seen = seen;
        _tally = tally;
        _progress = progress;
    }

    public static async Task RunAsync(MaildropVisit visit, FetchOrder order, CancellationToken cancellation)
    {
        var (listing, chosen) = await visit.ChooseAsync(order.Messages, cancellation);
        var seen = order.OnlyNew ? SeenIds.Open(order.Path!, visit.Url) : null;
        if (seen is not null && !listing.HasUniqueIds) Console.Error.WriteLine("merpati: note: the server gives no unique-ids, so all its messages look new");
        seen?.KeepOnly(listing);
        var known = seen is null ? [] : chosen.Where(seen.Has).ToList();
        var wanted = seen is null ? chosen : chosen.Where(entry => !seen.Has(entry)).ToList();
        var tally = new SaveTally(order, visit.Url, wanted.Count, known);
        if (wanted.Count > 0) await SaveAsync(visit, wanted, (seen, tally, order), cancellation);
        if (order.Delete && tally.Failure is null) await RemoveAsync(visit, seen, tally, cancellation);
        tally.Print();
    }

    protected override void Begin(Pop3Entry entry) => _archive.Begin();

    protected override void Take(ReadOnlySpan<byte> octets)
    {
        _archive.Append(octets);
        _progress?.Add(octets.Length);
    }

    protected override bool End(Pop3Entry entry, long octets)
    {
        _archive.Commit();
        _fresh.Add(entry);
        _freshOctets += octets;
        _progress?.EndMessage();
        if (_fresh.Count >= Together) Settle();
        return true;
    }

    protected override bool Refuse(Pop3Entry entry, string reason)
    {
        _tally.Refused.Add(entry.Number, reason);
        return true;
    }

    private static async Task SaveAsync(MaildropVisit visit, IReadOnlyList<Pop3Entry> wanted, (SeenIds? Seen, SaveTally Tally, FetchOrder Order) what, CancellationToken cancellation)
    {
        var (seen, tally, order) = what;
        try
        {
            using var archive = MessageArchive.Open(order.Path!, TimeProvider.System);
            using var progress = order.ShowsProgress ? new OctetProgress("saving", wanted) : null;
            var saving = new MessageSaving(wanted, archive, seen, tally, progress);
            try
            {
                var step = await visit.Client.RetrieveAsync([.. wanted.Select(entry => entry.Number)], saving, cancellation);
                if (visit.Client.Ending is not null) tally.Failure = visit.Explain(step);
            }
            finally
            {
                archive.Discard();
                saving.Settle();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CommandFailure)
        {
            tally.Failure ??= failure is CommandFailure ? failure.Message : ControlText.Escape(failure.Message);
        }
    }

    private static async Task RemoveAsync(MaildropVisit visit, SeenIds? seen, SaveTally tally, CancellationToken cancellation)
    {
        var safe = tally.Safe;
        if (safe.Count == 0) return;
        tally.HasAskedToRemove = true;
        try
        {
            tally.Removed = await visit.RemoveAsync([.. safe.Select(entry => entry.Number)], cancellation);
            seen?.Remove(safe); // RFC 1939 §7: from now on the server may give these unique-ids to others
        }
        catch (CommandFailure failure)
        {
            tally.Failure = failure.Message;
        }
    }

    private void Settle()
    {
        var (settled, octets) = (_fresh.ToList(), _freshOctets);
        _fresh.Clear();
        _freshOctets = 0;
        _archive.Flush();
        _tally.Add(settled, octets);
        _seen?.Add(settled);
    }
}
