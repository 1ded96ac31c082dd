using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary><c>group add|set|remove|list|members</c> and what changes members: mailing groups.</summary>
internal static class GroupVerb
{
    public const string Kind = "group";

    /// <summary>How a group is of which nothing was said.</summary>
    public static readonly GroupSettings Plain = new("", PostingPolicy.Anyone, [], ShowsMembers: true);

    public static Command Create() => new("group", """
        Add, change, list and remove mailing groups: one address for many people.

        Members are accounts, other groups, or any other address. Who is in a group twice, through nested groups too, gets a message once. What goes
        through a group bears List-Id and List-Post fields. Per group it is set who may send to it and whether EXPN lists its members.
        """)
    {
        Add(), Set(), Remove(), List(), GroupMembersVerb.List(), GroupMembersVerb.Add(), GroupMembersVerb.Remove(), GroupImport.Create(), GroupExport.Create(),
    };

    private static Command Add()
    {
        var group = GroupArgument();
        var options = new GroupOptions();
        var members = new Option<string[]>("--member") { Description = "The first members. Many more: 'group import'.", HelpName = "ADDRESS...", AllowMultipleArgumentsPerToken = true };
        var verb = new Command("add", "Add a group. Its domain must be ours, and nothing else may have its address.") { group, members };
        options.AddTo(verb);
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(group));
            var first = Arguments.Addresses(line.GetValue(members));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var outcome = await store.Addresses.AddGroupAsync(who, options.Apply(line, Plain), cancellation);
            if (await around.ExplainAsync(outcome, who, Kind, cancellation) is { } refusal) throw new CommandFailure(refusal);
            var added = first.Count == 0 ? 0 : await store.Addresses.AddMembersAsync(who, first, cancellation);
            if (added is null or < 0)
            {
                await store.Addresses.RemoveGroupAsync(who, cancellation); // half a group is none
                throw new CommandFailure($"a member of {who} would lead back to it; nothing was added");
            }

            Console.Out.WriteLine($"added {who} with {added} members");
            await around.WarnAsync(first, cancellation);
        }));
        return verb;
    }

    private static Command Set()
    {
        var group = GroupArgument();
        var options = new GroupOptions();
        var verb = new Command("set", "Change how a group is; what is not named stays as it is.") { group };
        options.AddTo(verb);
        verb.Validators.Add(line =>
        {
            if (!options.IsGiven(line)) line.AddError("say what is to be changed: --name, --post, --poster, --hide-members or --show-members");
        });
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(group));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var found = await store.Addresses.FindAsync(who, cancellation);
            if (found.Group is not { } record) throw new CommandFailure((await around.ExplainAsync(ChangeOutcome.NotFound, who, Kind, cancellation))!);
            var outcome = await store.Addresses.SetGroupAsync(who, options.Apply(line, record.Settings), cancellation);
            if (await around.ExplainAsync(outcome, who, Kind, cancellation) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"changed {who}");
        }));
        return verb;
    }

    private static Command Remove()
    {
        var group = GroupArgument();
        var verb = new Command("remove", "Remove a group with its list of members. No mailbox is touched.") { group };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(group));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var outcome = await store.Addresses.RemoveGroupAsync(who, cancellation);
            if (await around.ExplainAsync(outcome, who, Kind, cancellation) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"removed {who}");
        }));
        return verb;
    }

    private static Command List()
    {
        var domain = Arguments.DomainOption("Only the groups of this domain.");
        var json = JsonOption.Create();
        var verb = new Command("list", "List the groups, by domain and address.") { domain, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var listing = new Listing("group", "name", "members", "post", "posters", "shown", "created");
            foreach (var group in await store.Addresses.ListGroupsAsync(Arguments.Domain(line, domain), cancellation))
            {
                var (name, policy, posters, shown) = group.Settings;
                string[] named = [.. posters.Select(poster => poster.ToString())];
                listing.Add(group.Address.ToString(), name, group.Members, Name(policy), named, shown, group.CreatedAt);
            }

            listing.Print(Console.Out, line.GetValue(json), "no groups: add one with 'merpati group add staff@example.org --member alice@example.org'");
        }));
        return verb;
    }

    public static Argument<string> GroupArgument() => new("GROUP") { Description = "The group's address, as in staff@example.org." };

    public static string Name(PostingPolicy policy) => policy switch
    {
        PostingPolicy.Members => "members",
        PostingPolicy.Named => "named",
        _ => "anyone",
    };
}
