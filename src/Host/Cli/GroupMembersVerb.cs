using System.CommandLine;
using System.Runtime.CompilerServices;
using Merpati.Host.Composition;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary><c>group members|add-member|remove-member</c>: who is in a group.</summary>
internal static class GroupMembersVerb
{
    private const int PageSize = 1000;

    public static Command List()
    {
        var group = GroupVerb.GroupArgument();
        var json = JsonOption.Create();
        var verb = new Command("members", "List the members on a group's own list, by address. Members of nested groups stand on those groups' lists.") { group, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(group));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var listing = new Listing("member", "is");
            await foreach (var member in ReadAsync(store.Addresses, await FindAsync(store.Addresses, who, cancellation), cancellation))
            {
                var found = around.IsOurs(member) ? (await store.Addresses.FindAsync(member, cancellation)).Kind : AddressKind.None;
                listing.Add(member.ToString(), around.IsOurs(member) ? Neighbourhood.Name(found) : "on another host");
            }

            listing.Print(Console.Out, line.GetValue(json), $"{who} has no members: add some with 'merpati group add-member {who} alice@example.org'");
        }));
        return verb;
    }

    public static Command Add()
    {
        var group = GroupVerb.GroupArgument();
        var members = Arguments.AddressesArgument("ADDRESS", "The new members.");
        var verb = new Command("add-member", "Add members to a group. They get what is sent from now on.") { group, members };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(group));
            var newcomers = Arguments.Addresses(line.GetRequiredValue(members));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var added = await store.Addresses.AddMembersAsync(who, newcomers, cancellation);
            if (added is null) throw new CommandFailure((await around.ExplainAsync(ChangeOutcome.NotFound, who, GroupVerb.Kind, cancellation))!);
            if (added < 0) throw new CommandFailure((await around.ExplainAsync(ChangeOutcome.Loop, who, GroupVerb.Kind, cancellation))!);
            if (added == 0) throw new CommandFailure($"they are all in {who} already");
            Console.Out.WriteLine($"added {added} to {who}");
            await around.WarnAsync(newcomers, cancellation);
        }));
        return verb;
    }

    public static Command Remove()
    {
        var group = GroupVerb.GroupArgument();
        var members = Arguments.AddressesArgument("ADDRESS", "Who leaves.");
        var verb = new Command("remove-member", "Take members off a group's list.") { group, members };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(group));
            var leavers = Arguments.Addresses(line.GetRequiredValue(members));
            var removed = await store.Addresses.RemoveMembersAsync(who, leavers, cancellation) ?? throw new CommandFailure($"there is no group {who}");
            if (removed == 0) throw new CommandFailure($"none of them is on the list of {who}");
            Console.Out.WriteLine($"removed {removed} from {who}");
        }));
        return verb;
    }

    /// <summary>The group at an address; throws <see cref="CommandFailure"/> when there is none.</summary>
    public static async Task<GroupRecord> FindAsync(IAddressStore addresses, EmailAddress group, CancellationToken cancellation) =>
        (await addresses.FindAsync(group, cancellation)).Group ?? throw new CommandFailure($"there is no group {group}");

    /// <summary>The members of a group's own list, page by page.</summary>
    public static async IAsyncEnumerable<EmailAddress> ReadAsync(IAddressStore addresses, GroupRecord group, [EnumeratorCancellation] CancellationToken cancellation)
    {
        EmailAddress? last = null;
        while (await addresses.ReadMembersAsync(group.Id, last, PageSize, cancellation) is { Count: > 0 } page)
        {
            foreach (var member in page) yield return member;
            last = page[^1];
        }
    }
}
