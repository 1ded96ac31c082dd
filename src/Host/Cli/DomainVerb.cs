using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Storage.Accounts;

namespace Merpati.Host.Cli;

/// <summary><c>domain add|list|remove</c>: the domains whose mail is delivered here.</summary>
internal static class DomainVerb
{
    public static Command Create() => new("domain", "Add, list and remove the domains whose mail is delivered here.") { Add(), List(), Remove() };

    private static Command Add()
    {
        var domain = Arguments.DomainArgument();
        var verb = new Command("add", "Add a domain. The first one is the default domain of names that come without one.") { domain };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var name = Arguments.Domain(line.GetRequiredValue(domain));
            if (await store.Accounts.AddDomainAsync(name, cancellation) == ChangeOutcome.AlreadyExists) throw new CommandFailure($"the domain {name} is already there");
            Console.Out.WriteLine($"added {name}");
        }));
        return verb;
    }

    private static Command List()
    {
        var json = JsonOption.Create();
        var verb = new Command("list", "List the domains, in the order in which they were added.") { json };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var listing = new Listing("domain", "accounts", "created");
            foreach (var domain in await store.Accounts.ListDomainsAsync(cancellation)) listing.Add(domain.Domain.Name, domain.Accounts, domain.CreatedAt);
            listing.Print(Console.Out, line.GetValue(json), "no domains yet: add one with 'merpati domain add example.org'");
        }));
        return verb;
    }

    private static Command Remove()
    {
        var domain = Arguments.DomainArgument();
        var verb = new Command("remove", "Remove a domain that has no accounts any more.") { domain };
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var name = Arguments.Domain(line.GetRequiredValue(domain));
            var outcome = await store.Accounts.RemoveDomainAsync(name, cancellation);
            if (outcome == ChangeOutcome.NotFound) throw new CommandFailure($"there is no domain {name}");
            if (outcome == ChangeOutcome.InUse) throw new CommandFailure($"the domain {name} still has accounts; remove them first ('merpati account list --domain {name}')");
            Console.Out.WriteLine($"removed {name}");
        }));
        return verb;
    }
}
