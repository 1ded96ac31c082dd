using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary><c>queue list</c>: the recipients in the queue, or how many there are.</summary>
internal static class QueueListVerb
{
    private const int DefaultCounts = 1_000;

    public static Command Create()
    {
        var filters = new QueueFilterOptions();
        var counts = new Option<bool>("--counts") { Description = "How many there are by destination and last reply, the most first, instead of each." };
        var limit = LimitOption($"The most to list. Default: all; of counts the {DefaultCounts} largest.");
        var json = JsonOption.Create();
        var verb = new Command("list", "List the recipients in the queue, the oldest first: their message, state, when they are due, and the last reply.");
        filters.AddTo(verb);
        foreach (var option in new Option[] { counts, limit, json }) verb.Add(option);
        verb.Validators.Add(line =>
        {
            if (line.GetValue(counts) && filters.AreGiven(line)) line.AddError("--counts counts everything: it goes with no filter");
        });
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var most = line.GetValue(limit);
            if (line.GetValue(counts)) await CountAsync(store.Queue, most ?? DefaultCounts, line.GetValue(json), cancellation);
            else await ListAsync(store.Queue, (filters.Read(line, TimeProvider.System.GetUtcNow()), most ?? int.MaxValue), line.GetValue(json), cancellation);
        }));
        return verb;
    }

    /// <summary>A <c>--limit</c>, at least 1.</summary>
    public static Option<int?> LimitOption(string description)
    {
        var limit = new Option<int?>("--limit") { Description = description, HelpName = "N" };
        limit.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int?>() is < 1) given.AddError("--limit is at least 1");
        });
        return limit;
    }

    private static async Task ListAsync(IQueueStore queue, (QueueFilter Filter, int Most) question, bool json, CancellationToken cancellation)
    {
        var left = question.Most;
        await using var table = new QueueTable(json);
        await foreach (var page in QueuePages.ReadAsync(queue, question.Filter, cancellation))
        {
            await table.AddAsync(page.Count <= left ? page : [.. page.Take(left)], cancellation);
            left -= Math.Min(left, page.Count);
            if (left == 0) break;
        }

        await table.EndAsync(question.Filter == new QueueFilter() ? "the queue is empty" : "nothing in the queue fits", cancellation);
    }

    private static async Task CountAsync(IQueueStore queue, int most, bool json, CancellationToken cancellation)
    {
        var counts = await queue.CountAsync(most < int.MaxValue ? most + 1 : most, cancellation);
        var listing = new Listing("recipients", "oldest", "destination", "reply");
        foreach (var count in counts.Take(most)) listing.Add(count.Recipients, count.Oldest, count.Destination, json ? count.LastReply : QueueText.OneLine(count.LastReply));
        listing.Print(Console.Out, json, "the queue is empty");
        if (counts.Count > most) Console.Error.WriteLine($"merpati: there are more than these {most}; see them with --limit");
    }
}
