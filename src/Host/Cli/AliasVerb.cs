using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Mail.Addresses;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary><c>alias add|remove|list|import|export</c>: further addresses of people and groups.</summary>
internal static class AliasVerb
{
    private const string Kind = "alias";

    public static Command Create() => new("alias", """
        Add, list and remove aliases: addresses without a mailbox that lead to one or more others.

        A target is an account, another alias, a group, or an address of another host. Who gets a message twice through several ways gets it once.
        An alias that would lead back to itself is refused.
        """)
    {
        Add(), Remove(), List(), AliasImport.Create(), Export(),
    };

    private static Command Add()
    {
        var alias = new Argument<string>("ALIAS") { Description = "The alias's address, as in sales@example.org. Its domain must be ours." };
        var targets = Arguments.AddressesArgument("TARGET", "Where it leads, as in alice@example.org.");
        var verb = new Command("add", "Add an alias, or more targets to one that is there. Its holder may send under it too.") { alias, targets };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(alias));
            var leadsTo = Arguments.Addresses(line.GetRequiredValue(targets));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var outcome = await store.Addresses.AddAliasAsync(who, leadsTo, cancellation);
            if (await around.ExplainAsync(outcome, who, Kind, cancellation) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine($"added {who}, which leads to {string.Join(", ", leadsTo)}");
            await around.WarnAsync(leadsTo, cancellation);
        }));
        return verb;
    }

    private static Command Remove()
    {
        var alias = new Argument<string>("ALIAS") { Description = "The alias's address." };
        var targets = Arguments.AddressesArgument("TARGET", "Only these targets; the last one takes the alias with it.", required: false);
        var verb = new Command("remove", "Remove an alias, or only some of its targets. No mailbox is touched.") { alias, targets };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var who = Arguments.Address(line.GetRequiredValue(alias));
            var only = Arguments.Addresses(line.GetValue(targets));
            var around = await Neighbourhood.LookAsync(store, cancellation);
            var outcome = await store.Addresses.RemoveAliasAsync(who, only, cancellation);
            if (await around.ExplainAsync(outcome, who, only.Count == 0 ? Kind : "such target of the alias", cancellation) is { } refusal) throw new CommandFailure(refusal);
            Console.Out.WriteLine(only.Count == 0 ? $"removed {who}" : $"removed {string.Join(", ", only)} from {who}");
        }));
        return verb;
    }

    private static Command List()
    {
        var domain = Arguments.DomainOption("Only the aliases of this domain.");
        var json = JsonOption.Create();
        var verb = new Command("list", "List the aliases with their targets, by domain and address.") { domain, json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var listing = new Listing("alias", "targets", "created");
            foreach (var alias in await store.Addresses.ListAliasesAsync(Arguments.Domain(line, domain), cancellation))
            {
                listing.Add(alias.Address.ToString(), Texts(alias.Targets), alias.CreatedAt);
            }

            listing.Print(Console.Out, line.GetValue(json), "no aliases: add one with 'merpati alias add sales@example.org alice@example.org'");
        }));
        return verb;
    }

    private static Command Export()
    {
        var domain = Arguments.DomainOption("Only the aliases of this domain.");
        var verb = new Command("export", "Write all aliases to standard output as CSV, one row for each target, as 'alias import' reads them.") { domain };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            CsvFile.WriteRow(Console.Out, AliasImport.Heading, "target");
            foreach (var alias in await store.Addresses.ListAliasesAsync(Arguments.Domain(line, domain), cancellation)) Write(alias);
        }));
        return verb;
    }

    private static void Write(AliasRecord alias)
    {
        foreach (var target in alias.Targets) CsvFile.WriteRow(Console.Out, alias.Address.ToString(), target.ToString());
    }

    private static string[] Texts(IEnumerable<EmailAddress> addresses) => [.. addresses.Select(address => address.ToString())];
}
