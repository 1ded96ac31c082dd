using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary><c>queue retry|hold|release|remove</c>: changes what is named, and all of the queue only where that is said.</summary>
internal static class QueueChangeVerb
{
    public static Command Create(QueueChange change, string name, string description)
    {
        var id = new Argument<string?>("QUEUEID") { Description = "All recipients of this message.", Arity = ArgumentArity.ZeroOrOne };
        var filters = new QueueFilterOptions();
        var all = new Option<bool>("--all") { Description = "Everything in the queue." };
        var verb = new Command(name, description) { id };
        filters.AddTo(verb);
        verb.Add(all);
        verb.Validators.Add(line =>
        {
            var isNarrow = line.GetValue(id) is not null || filters.AreGiven(line);
            if (!isNarrow && !line.GetValue(all)) line.AddError("say which: a queue id, a filter such as --domain, or --all");
            if (isNarrow && line.GetValue(all)) line.AddError("--all means everything: it goes with no queue id and no filter");
            if (line.GetValue(id) is not null && filters.NamesId(line)) line.AddError("the queue id is given twice");
        });
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var filter = filters.Read(line, now);
            if (line.GetValue(id) is { } which) filter = filter with { Id = QueueText.Id(which) };
            var changed = await store.Queue.ChangeAsync(change, filter, now, cancellation);
            var busy = filter.State is null or QueueState.Claimed ? await CountClaimedAsync(store.Queue, filter, cancellation) : 0;
            var leftAlone = busy == 0 ? "" : $"; {QueueText.Recipients(busy)} being tried just now left alone";
            if (changed == 0) throw new CommandFailure($"{Nothing(change)}{leftAlone}");
            Console.Out.WriteLine($"{Tell(change)} {QueueText.Recipients(changed)}{leftAlone}");
        }));
        return verb;
    }

    private static async Task<long> CountClaimedAsync(IQueueStore queue, QueueFilter filter, CancellationToken cancellation)
    {
        var count = 0L;
        await foreach (var page in QueuePages.ReadAsync(queue, filter with { State = QueueState.Claimed }, cancellation)) count += page.Count;
        return count;
    }

    private static string Tell(QueueChange change) => change switch
    {
        QueueChange.Hold => "held",
        QueueChange.Release => "released",
        QueueChange.Retry => "due now:",
        _ => "removed",
    };

    private static string Nothing(QueueChange change) => change switch
    {
        QueueChange.Release => "nothing that is held fits",
        QueueChange.Remove => "nothing in the queue fits",
        _ => "nothing that waits fits",
    };
}
