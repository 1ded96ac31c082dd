using System.Runtime.CompilerServices;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary>Reads what fits a filter a page at a time: a queue may hold millions.</summary>
internal static class QueuePages
{
    private const int PageSize = 1_000;

    /// <summary>Pages in the order of the recipients' numbers; none is empty.</summary>
    public static async IAsyncEnumerable<IReadOnlyList<QueueEntry>> ReadAsync(IQueueStore queue, QueueFilter filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = 0L;
        while (await queue.ListAsync(filter, after, PageSize, cancellation) is { Count: > 0 } page)
        {
            after = page[^1].RecipientId;
            yield return page;
            if (page.Count < PageSize) break;
        }
    }
}
