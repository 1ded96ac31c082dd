using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Storage;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary><c>group export</c>: groups and members as CSV.</summary>
internal static class GroupExport
{
    public static Command Create()
    {
        var group = new Argument<string?>("GROUP") { Description = "Only this group; without it, all groups.", Arity = ArgumentArity.ZeroOrOne };
        var verb = new Command("export", """
            Write groups to standard output as CSV, as 'group import' reads them: for each group a row without a member that says how the group is,
            then a row for each member.
            """) { group };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var groups = line.GetValue(group) is { } text
                ? [await GroupMembersVerb.FindAsync(store.Addresses, Arguments.Address(text), cancellation)]
                : await store.Addresses.ListGroupsAsync(null, cancellation);
            CsvFile.WriteRow(Console.Out, GroupImport.Heading, "member", "name", "post", "posters", "members");
            foreach (var one in groups) await WriteAsync(store, one, cancellation);
        }));
        return verb;
    }

    private static async Task WriteAsync(IMailStore store, GroupRecord group, CancellationToken cancellation)
    {
        var (name, policy, posters, shown) = group.Settings;
        CsvFile.WriteRow(Console.Out, group.Address.ToString(), "", name, GroupVerb.Name(policy), string.Join(' ', posters), shown ? GroupImport.Shown : GroupImport.Hidden);
        await foreach (var member in GroupMembersVerb.ReadAsync(store.Addresses, group, cancellation)) CsvFile.WriteRow(Console.Out, group.Address.ToString(), member.ToString());
    }
}
