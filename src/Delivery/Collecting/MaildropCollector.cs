using Merpati.Delivery.Intake;
using Merpati.Storage;
using Merpati.Storage.Collecting;

namespace Merpati.Delivery.Collecting;

/// <summary>
/// Collects the mail of maildrops on other servers. A message is noted as collected in the transaction that stores it, and removed there only afterwards:
/// wherever a run is broken off, the next one neither loses a message nor takes it twice. Safe for concurrent callers.
/// </summary>
public sealed class MaildropCollector
{
    private const int ForgetAtOnce = 1_000;

    private readonly CollectSurroundings _surroundings;
    private readonly CollectOptions _options;

    /// <summary>A collector into a store.</summary>
    public MaildropCollector(CollectSurroundings surroundings, CollectOptions options)
    {
        ArgumentNullException.ThrowIfNull(surroundings);
        ArgumentNullException.ThrowIfNull(options);
        _surroundings = surroundings;
        _options = options;
        Spool.MakeDirectory(options.SpoolDirectory);
        Spool.MakeDirectory(options.LockDirectory);
    }

    internal CollectSurroundings Surroundings => _surroundings;

    /// <summary>
    /// Runs once over a source and notes how it went; while another run is under way, in any process, it does neither. What goes wrong there or here is in the report; throws <see cref="OperationCanceledException"/> when
    /// it is cancelled, which is safe at any moment.
    /// </summary>
    public async ValueTask<CollectReport> RunAsync(CollectJob job, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(job);
        var tally = new CollectTally(job.Progress);
        var removed = 0;
        try
        {
            using var alone = SourceLock.TryTake(_options.LockDirectory, job.Source.Id);
            if (alone is null) return new CollectReport { IsBusy = true, Failure = "another run over this maildrop is under way" };
            removed = await RunAsync(job, tally, cancellation);
        }
        catch (StoreException failure)
        {
            tally.Fail(failure.Failure == StoreFailure.NoSpace ? CollectContext.DiskFull : failure.Message);
        }

        var report = tally.ToReport(removed);
        try
        {
            var run = new CollectRun(_surroundings.Time.GetUtcNow(), report.Collected, report.Summary);
            await _surroundings.Store.Collecting.RecordRunAsync(job.Source.Id, run, cancellation);
        }
        catch (StoreException failure)
        {
            return report with { Failure = report.Failure ?? failure.Message };
        }

        return report;
    }

    private async ValueTask<int> RunAsync(CollectJob job, CollectTally tally, CancellationToken cancellation)
    {
        var (context, refusal) = await CollectContext.AskAsync(_surroundings, _options, job, cancellation);
        if (refusal is not null) tally.Fail(refusal);
        if (context is null) return 0;
        if (!MaildropUrl.TryParse(job.Source.Settings.Server, out var url, out var malformed))
        {
            tally.Fail($"the source's URL cannot be read: {malformed}");
            return 0;
        }

        var (maildrop, fault) = await _surroundings.Maildrops.OpenAsync(new RemoteLogin(url, job.Tls, job.Password), cancellation);
        if (fault is not null) tally.Fail(fault.Text);
        if (maildrop is null) return 0;
        await using (maildrop) return await CollectAsync(context, maildrop, job.After, tally, cancellation);
    }

    private static async ValueTask<int> CollectAsync(CollectContext context, IRemoteMaildrop maildrop, CollectAfter after, CollectTally tally, CancellationToken cancellation)
    {
        var (listing, fault) = await maildrop.ListAsync(cancellation);
        if (fault is not null)
        {
            tally.Fail(fault.Text);
            return 0;
        }

        var plan = await CollectPlan.MakeAsync(context.Sources, context.Source.Id, listing, cancellation);
        tally.Known = plan.Known.Count;
        tally.WithoutUniqueId = plan.Unnamed;
        foreach (var known in plan.Known) tally.Safe[known.Number] = known.UniqueId!;
        if (!await RetrieveAsync(context, maildrop, plan, tally, cancellation)) return 0;
        if (tally.HasRepeats && !await context.IsSourceThereAsync()) tally.Fail(CollectContext.SourceGone);
        if (tally.Failure == CollectContext.SourceGone) return await LeaveAsync(maildrop, cancellation);
        return after == CollectAfter.Delete && tally.Safe.Count > 0
            ? await RemoveAsync(context, maildrop, tally, cancellation)
            : await LeaveAsync(maildrop, cancellation);
    }

    // False when the session there is over.
    private static async ValueTask<bool> RetrieveAsync(CollectContext context, IRemoteMaildrop maildrop, CollectPlan plan, CollectTally tally, CancellationToken cancellation)
    {
        var fitting = Fitting(context, plan.Wanted, tally);
        tally.Expect(fitting);
        if (fitting.Count == 0) return true;
        await using var receiver = new CollectReceiver(context, plan, tally, maildrop.Origin);
        var fault = await maildrop.RetrieveAsync(fitting, receiver, cancellation);
        await receiver.FinishAsync();
        if (fault is not null) tally.Fail(fault.Text);
        if (receiver.UnnamedEnded == plan.Unnamed) await ForgetAsync(context, plan.Digests.Where(digest => !receiver.Digests.Contains(digest)), cancellation);
        return fault is null or { Failure: RemoteFailure.Refused };
    }

    // What cannot be stored is not even fetched.
    private static List<RemoteMessage> Fitting(CollectContext context, List<RemoteMessage> wanted, CollectTally tally)
    {
        var fitting = new List<RemoteMessage>(wanted.Count);
        var room = context.Room;
        foreach (var message in wanted)
        {
            if (message.Octets > context.Options.MaxMessageBytes) tally.Leave(message, context.TooBig);
            else if (message.Octets > room) tally.Leave(message, CollectContext.OverQuota);
            else
            {
                fitting.Add(message);
                room -= message.Octets;
            }
        }

        return fitting;
    }

    private static async ValueTask<int> RemoveAsync(CollectContext context, IRemoteMaildrop maildrop, CollectTally tally, CancellationToken cancellation)
    {
        var (refused, fault) = await maildrop.DeleteAsync([.. tally.Safe.Keys.Order()], cancellation);
        if (fault is null)
        {
            if (refused.Count > 0) tally.Fail($"the server does not remove {refused.Count} message(s) that were collected");
            fault = await maildrop.QuitAsync(cancellation);
        }

        if (fault is not null)
        {
            // What is still there is known, and removed by the next run.
            tally.Fail($"whether the server has removed what was collected is not known: {fault.Text}");
            return 0;
        }

        // RFC 1939 §7: from now on the server may give these unique-ids to others.
        var removed = tally.Safe.Where(message => !refused.Contains(message.Key)).Select(message => message.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var still in refused) removed.Remove(tally.Safe[still]);
        await ForgetAsync(context, removed, cancellation);
        return tally.Safe.Count - refused.Count;
    }

    // Nothing was marked there, so there is nothing that the answer could say.
    private static async ValueTask<int> LeaveAsync(IRemoteMaildrop maildrop, CancellationToken cancellation)
    {
        await maildrop.QuitAsync(cancellation);
        return 0;
    }

    private static async ValueTask ForgetAsync(CollectContext context, IEnumerable<string> names, CancellationToken cancellation)
    {
        foreach (var part in names.Chunk(ForgetAtOnce)) await context.Sources.ForgetAsync(context.Source.Id, part, cancellation);
    }
}
