using System.CommandLine;
using Merpati.Host.Composition;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary><c>domain add|list|set|remove</c>: the domains whose mail is delivered here.</summary>
internal static class DomainVerb
{
    private static readonly DomainSettings Plain = new(null, null, null);

    public static Command Create() => new("domain", "Add, list, change and remove the domains whose mail is delivered here.") { Add(), List(), Set(), Remove() };

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
            var listing = new Listing("domain", "accounts", "catchall", "quota", "accountquota", "expire", "created");
            foreach (var domain in await store.Accounts.ListDomainsAsync(cancellation))
            {
                var settings = await store.Addresses.ReadDomainAsync(domain.Domain, cancellation) ?? Plain;
                listing.Add(domain.Domain.Name, domain.Accounts, settings.CatchAll?.ToString(), SizeText.Cell(settings.QuotaOctets), SizeText.Cell(settings.AccountQuotaOctets),
                    RetentionText.Cell(settings.Retention), domain.CreatedAt);
            }

            listing.Print(Console.Out, line.GetValue(json), "no domains yet: add one with 'merpati domain add example.org'");
        }));
        return verb;
    }

    private static Command Set()
    {
        var domain = Arguments.DomainArgument();
        var catchAll = new Option<string?>("--catch-all") { Description = "Who gets what is for nobody in the domain; with none it is refused, as it is at first.", HelpName = "ADDRESS|none" };
        var quota = new Option<string?>("--quota") { Description = "The most that all accounts of the domain may hold together.", HelpName = "SIZE|none" };
        var accountQuota = new Option<string?>("--account-quota") { Description = "The most that an account may hold for which 'account set --quota' says nothing else.", HelpName = "SIZE|none" };
        var expire = new Option<string?>("--expire") { Description = "How long messages stay in the inboxes for which 'account set --expire' says nothing else; default means what Pop3:Expire says.", HelpName = RetentionText.Allowed };
        var verb = new Command("set", """
            Change what a domain does; what is not named stays as it is. Sizes are written as 500M or 2G.

            To a full account the answer is 452 4.2.2, so that the sender keeps the message and tries again; what is larger than the whole quota
            is refused with 552.

            Messages that have stayed longer than --expire are removed, read or not, within the hour; with 0 a message goes when the POP3 session that
            has retrieved it ends with QUIT.
            """) { domain, catchAll, quota, accountQuota, expire };
        verb.Validators.Add(line =>
        {
            if (new[] { catchAll, quota, accountQuota, expire }.All(option => line.GetValue(option) is null)) line.AddError("say what is to be changed: --catch-all, --quota, --account-quota or --expire");
        });
        verb.SetAction((line, cancellation) => OpenStore.RunAsync(line, async store =>
        {
            var name = Arguments.Domain(line.GetRequiredValue(domain));
            var before = await store.Addresses.ReadDomainAsync(name, cancellation) ?? throw new CommandFailure($"there is no domain {name}");
            var after = before with
            {
                CatchAll = line.GetValue(catchAll) is { } address ? (SizeText.IsNone(address) ? null : Arguments.Address(address)) : before.CatchAll,
                QuotaOctets = line.GetValue(quota) is { } size ? SizeText.ParseLimit(size) : before.QuotaOctets,
                AccountQuotaOctets = line.GetValue(accountQuota) is { } each ? SizeText.ParseLimit(each) : before.AccountQuotaOctets,
                Retention = line.GetValue(expire) is { } days ? RetentionText.Parse(days) : before.Retention,
            };
            if (await store.Addresses.SetDomainAsync(name, after, cancellation) != ChangeOutcome.Done) throw new CommandFailure($"there is no domain {name}");
            Console.Out.WriteLine($"changed {name}");
            if (after.CatchAll is { } target) await (await Neighbourhood.LookAsync(store, cancellation)).WarnAsync([target], cancellation);
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
            if (outcome == ChangeOutcome.InUse) throw new CommandFailure($"the domain {name} still has accounts, aliases, groups or forwards; remove them first ('merpati account list --domain {name}' and so on)");
            Console.Out.WriteLine($"removed {name}");
        }));
        return verb;
    }
}
