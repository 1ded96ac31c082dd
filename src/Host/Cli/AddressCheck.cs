using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary>Whether aliases, groups, forwards and catch-alls lead somewhere.</summary>
internal sealed class AddressCheck
{
    private const int MaxNamed = 20;
    private const int MaxDepth = 32; // no sensible chain of aliases is longer

    private readonly IMailStore _store;
    private readonly List<string> _faults = [];

    private AddressCheck(IMailStore store) => _store = store;

    public static async Task RunAsync(IMailStore store, List<Finding> findings, CancellationToken cancellation)
    {
        var check = new AddressCheck(store);
        var aliases = await store.Addresses.ListAliasesAsync(null, cancellation);
        var groups = await store.Addresses.ListGroupsAsync(null, cancellation);
        var forwards = await store.Addresses.ListForwardsAsync(null, cancellation);
        foreach (var alias in aliases) await check.LookAsync($"the alias {alias.Address}", alias, cancellation);
        foreach (var group in groups) await check.LookAsync(group, cancellation);
        foreach (var forward in forwards.Where(forward => forward.Mode != ForwardMode.Tell)) await check.LookAsync($"the forward {forward.Old}", forward.Target, cancellation);
        foreach (var domain in await store.Accounts.ListDomainsAsync(cancellation))
        {
            var catchAll = (await store.Addresses.ReadDomainAsync(domain.Domain, cancellation))?.CatchAll;
            if (catchAll is not null) await check.LookAsync($"the catch-all of {domain.Domain}", catchAll, cancellation);
        }

        findings.AddRange(Named(check._faults).Select(text => new Finding(Finding.Doubtful, "addresses", text)));
        if (check._faults.Count == 0) findings.Add(new(Finding.Fine, "addresses", $"{aliases.Count} aliases, {groups.Count} groups, {forwards.Count} forwards, each leads somewhere"));
    }

    private async Task LookAsync(string what, AliasRecord alias, CancellationToken cancellation)
    {
        foreach (var target in alias.Targets) await LookAsync(what, target, cancellation);
        if (await GoesRoundAsync(alias, cancellation)) _faults.Add($"{what} leads round in a circle");
    }

    private async Task LookAsync(GroupRecord group, CancellationToken cancellation)
    {
        var what = $"the group {group.Address}";
        if (group.Members == 0) _faults.Add($"{what} has no members");
        await foreach (var member in GroupMembersVerb.ReadAsync(_store.Addresses, group, cancellation)) await LookAsync(what, member, cancellation);
    }

    private async Task LookAsync(string what, EmailAddress target, CancellationToken cancellation)
    {
        var entry = await _store.Addresses.FindAsync(target, cancellation);
        if (!entry.DomainIsOurs) return; // only that host knows who is there
        if (entry is { Kind: AddressKind.None, CatchAll: null } && target.Local.Key != "postmaster") _faults.Add($"{what} leads to {target}, and nothing is there");
        else if (entry.Account is { Disabled: true }) _faults.Add($"{what} leads to {target}, which is disabled");
    }

    // The store refuses what would lead back when it is added; this finds what came in by another way, such as a backup put together by hand.
    private async Task<bool> GoesRoundAsync(AliasRecord start, CancellationToken cancellation)
    {
        var seen = new HashSet<EmailAddress>();
        var next = new Queue<(EmailAddress Address, int Depth)>(start.Targets.Select(target => (target, 1)));
        while (next.TryDequeue(out var step))
        {
            var entry = await _store.Addresses.FindAsync(step.Address, cancellation);
            if (entry.Alias is null) continue;
            if (entry.Alias.Address == start.Address || step.Depth > MaxDepth) return true;
            if (!seen.Add(entry.Alias.Address)) continue;
            foreach (var target in entry.Alias.Targets) next.Enqueue((target, step.Depth + 1));
        }

        return false;
    }

    private static IEnumerable<string> Named(List<string> texts) =>
        texts.Count <= MaxNamed ? texts : texts.Take(MaxNamed).Append($"and {texts.Count - MaxNamed} more");
}
