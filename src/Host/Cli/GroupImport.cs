using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;

namespace Merpati.Host.Cli;

/// <summary><c>group import FILE.csv</c>: many groups and many members at once.</summary>
internal sealed class GroupImport
{
    public const string Heading = "group";
    public const string Shown = "shown";
    public const string Hidden = "hidden";

    private const int MembersAtOnce = 500;

    private readonly IMailStore _store;
    private readonly Neighbourhood _around;
    private readonly List<(long Line, string Fault)> _failed = [];

    private GroupImport(IMailStore store, Neighbourhood around)
    {
        _store = store;
        _around = around;
    }

    public static Command Create()
    {
        var file = Arguments.CsvArgument("Rows of group, member; or of group, nothing, name, post, posters (with spaces), shown or hidden. A first row \"group,member,…\" is passed over.");
        var verb = new Command("import", """
            Add groups and members from a CSV file (RFC 4180, UTF-8). A row with two fields, group and member, adds the member; a row with an empty
            member says how the group is (name; post: anyone, members or named; who is named; whether EXPN shows the members). A group that is not
            there is made; members that are there already do no harm.

            A file with a malformed row is refused whole. What could not be added is told with its line, and the exit status is 1 then; the rest
            is added all the same.
            """) { file };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var source = line.GetRequiredValue(file);
            var rows = CsvFile.Read(source, Heading).ConvertAll(GroupRow.Read);
            CsvFile.RefuseFor(source, rows.Select(row => (row.Line, row.Fault)));
            var import = new GroupImport(store, await Neighbourhood.LookAsync(store, cancellation));
            await import.RunAsync(rows, cancellation);
        }));
        return verb;
    }

    private async Task RunAsync(List<GroupRow> rows, CancellationToken cancellation)
    {
        using (var progress = new ProgressLine("importing", TimeProvider.System))
        {
            var done = 0;
            foreach (var group in rows.GroupBy(row => row.Group!))
            {
                if (await MakeAsync(group.Key, [.. group], cancellation) is { } refusal)
                {
                    _failed.AddRange(group.Select(row => (row.Line, refusal)));
                    done += group.Count();
                    continue;
                }

                foreach (var part in group.Where(row => row.Member is not null).Chunk(MembersAtOnce))
                {
                    await AddMembersAsync(group.Key, part, cancellation);
                    progress.Report((double)(done += part.Length) / rows.Count);
                }
            }
        }

        await _around.WarnAsync(rows.Where(row => row.Member is not null).Select(row => row.Member!).Where(member => !_around.IsOurs(member)).Distinct(), cancellation);
        CsvFile.Report("rows", rows.Count, _failed);
    }

    // The last row that says how the group is holds.
    private async Task<string?> MakeAsync(EmailAddress group, List<GroupRow> rows, CancellationToken cancellation)
    {
        var settings = rows.LastOrDefault(row => row.Settings is not null)?.Settings;
        var outcome = await _store.Addresses.AddGroupAsync(group, settings ?? GroupVerb.Plain, cancellation);
        if (outcome == ChangeOutcome.AlreadyExists && (await _store.Addresses.FindAsync(group, cancellation)).Group is not null)
        {
            outcome = settings is null ? ChangeOutcome.Done : await _store.Addresses.SetGroupAsync(group, settings, cancellation);
        }

        return await _around.ExplainAsync(outcome, group, GroupVerb.Kind, cancellation);
    }

    // A part with a member that leads back to the group is refused as a whole: then each goes alone, to find which.
    private async Task AddMembersAsync(EmailAddress group, GroupRow[] part, CancellationToken cancellation)
    {
        if (await _store.Addresses.AddMembersAsync(group, [.. part.Select(row => row.Member!).Distinct()], cancellation) >= 0) return;
        foreach (var row in part)
        {
            if (await _store.Addresses.AddMembersAsync(group, [row.Member!], cancellation) is not >= 0) _failed.Add((row.Line, $"{row.Member} leads back to {group}"));
        }
    }
}
