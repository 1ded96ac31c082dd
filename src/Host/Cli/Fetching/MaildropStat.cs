using System.Globalization;
using System.Text.Json;

namespace Merpati.Host.Cli.Fetching;

/// <summary><c>fetch --stat</c>: how much a maildrop holds.</summary>
internal static class MaildropStat
{
    public static async Task RunAsync(MaildropVisit visit, FetchOrder order, CancellationToken cancellation)
    {
        var (size, step) = await visit.Client.StatAsync(cancellation);
        if (size is not { } found) throw visit.Failure(step);
        Console.Out.WriteLine(order.Json
            ? JsonSerializer.Serialize(new { server = visit.Url, messages = found.Messages, octets = found.Octets })
            : string.Create(CultureInfo.InvariantCulture, $"{CollectArguments.Messages(found.Messages)}, {found.Octets} octets"));
    }
}
