using System.Text.Json;

namespace Merpati.Host.Cli.Fetching;

/// <summary><c>fetch --delete</c> with --messages or --all: removes messages there, unread.</summary>
internal static class MaildropRemoval
{
    public static async Task RunAsync(MaildropVisit visit, FetchOrder order, CancellationToken cancellation)
    {
        var (_, chosen) = await visit.ChooseAsync(order.Messages, cancellation);
        var removed = chosen.Count > 0 ? await visit.RemoveAsync([.. chosen.Select(entry => entry.Number)], cancellation) : 0;
        Console.Out.WriteLine(order.Json
            ? JsonSerializer.Serialize(new { server = visit.Url, removed })
            : $"removed {CollectArguments.Messages(removed)} from {visit.Url}");
    }
}
