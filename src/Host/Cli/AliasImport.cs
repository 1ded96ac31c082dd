using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;

namespace Merpati.Host.Cli;

/// <summary><c>alias import FILE.csv</c>: many aliases at once.</summary>
internal static class AliasImport
{
    public const string Heading = "alias";

    private const int AtOnce = 64; // changes of one moment share one commit

    public static Command Create()
    {
        var file = Arguments.CsvArgument("Rows of alias, target and further targets. A first row \"alias,target\" is passed over.");
        var verb = new Command("import", """
            Add the aliases of a CSV file (RFC 4180, UTF-8); several rows may add targets to one alias, and targets that are there already do no harm.
            A file with a malformed row is refused whole. What could not be added is told with its line, and the exit status is 1 then; the rest
            is added all the same.
            """) { file };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var source = line.GetRequiredValue(file);
            var rows = CsvFile.Read(source, Heading).ConvertAll(Row.Read);
            CsvFile.RefuseFor(source, rows.Select(row => (row.Line, row.Fault)));
            await AddAsync(store, rows, cancellation);
        }));
        return verb;
    }

    private static async Task AddAsync(IMailStore store, List<Row> rows, CancellationToken cancellation)
    {
        var around = await Neighbourhood.LookAsync(store, cancellation);
        var aliases = rows.GroupBy(row => row.Addresses[0]).ToList();
        var failed = new List<(long Line, string Fault)>();
        var targets = new HashSet<EmailAddress>();
        using (var progress = new ProgressLine("importing", TimeProvider.System))
        {
            var done = 0;
            foreach (var part in aliases.Chunk(AtOnce))
            {
                await Task.WhenAll(part.Select(async alias =>
                {
                    var leadsTo = alias.SelectMany(row => row.Addresses.Skip(1)).Distinct().ToList();
                    var fault = await AddAsync(store, around, (alias.Key, leadsTo), cancellation);
                    lock (failed)
                    {
                        if (fault is null) targets.UnionWith(leadsTo);
                        else failed.AddRange(alias.Select(row => (row.Line, fault)));
                    }
                }));
                progress.Report((double)(done += part.Length) / aliases.Count);
            }
        }

        await around.WarnAsync(targets, cancellation);
        CsvFile.Report("rows", rows.Count, failed);
    }

    private static async Task<string?> AddAsync(IMailStore store, Neighbourhood around, (EmailAddress Alias, List<EmailAddress> Targets) what, CancellationToken cancellation)
    {
        var outcome = await store.Addresses.AddAliasAsync(what.Alias, what.Targets, cancellation);
        if (outcome == ChangeOutcome.AlreadyExists && (await store.Addresses.FindAsync(what.Alias, cancellation)).Alias is not null) return null; // all targets were there
        return await around.ExplainAsync(outcome, what.Alias, "alias", cancellation);
    }

    private sealed record Row(long Line, IReadOnlyList<EmailAddress> Addresses, string? Fault)
    {
        public static Row Read(CsvRow row)
        {
            var texts = row.Fields.Where(field => field.Length > 0).ToList();
            if (texts.Count < 2) return new Row(row.Line, [], "a row has the fields alias, target and perhaps further targets");
            var addresses = new List<EmailAddress>(texts.Count);
            foreach (var text in texts)
            {
                if (!EmailAddress.TryParse(text, out var address)) return new Row(row.Line, [], $"\"{ControlText.Escape(text)}\" is not an address");
                addresses.Add(address);
            }

            return new Row(row.Line, addresses, null);
        }
    }
}
