using Merpati.Mail.Addresses;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Host.Cli;

/// <summary>What stands round an address that a command names: which domains are ours, what has the address already, where a target leads.</summary>
internal sealed class Neighbourhood
{
    private const int MaxWarnings = 5;

    private readonly IMailStore _store;
    private readonly HashSet<Domain> _ours;
    private int _warnings;

    private Neighbourhood(IMailStore store, HashSet<Domain> ours)
    {
        _store = store;
        _ours = ours;
    }

    public static async Task<Neighbourhood> LookAsync(IMailStore store, CancellationToken cancellation) =>
        new(store, (await store.Accounts.ListDomainsAsync(cancellation)).Select(domain => domain.Domain).ToHashSet());

    /// <summary>Whether we are the final host of an address's domain.</summary>
    public bool IsOurs(EmailAddress address) => _ours.Contains(address.Domain);

    /// <summary>Says on standard error what will not work at once: a target of ours where nothing is.</summary>
    public async Task WarnAsync(IEnumerable<EmailAddress> targets, CancellationToken cancellation)
    {
        foreach (var target in targets)
        {
            if (IsOurs(target) && await FindAsync(target, cancellation) is { Kind: AddressKind.None, CatchAll: null }) Warn($"there is no {target} yet: what is sent to it is refused with 550 until there is");
        }
    }

    /// <summary>Turns an outcome into the line for the person at the terminal; null when it went well.</summary>
    /// <param name="outcome">What came of the change.</param>
    /// <param name="address">What was to be changed.</param>
    /// <param name="kind">The kind of thing, as in "alias".</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<string?> ExplainAsync(ChangeOutcome outcome, EmailAddress address, string kind, CancellationToken cancellation) => outcome switch
    {
        ChangeOutcome.Done => null,
        ChangeOutcome.NoSuchDomain => $"the domain {address.Domain} is not one of ours; add it first with 'merpati domain add {address.Domain}'",
        ChangeOutcome.AlreadyExists => $"{address} is there already, as {Name((await FindAsync(address, cancellation)).Kind)}",
        ChangeOutcome.Loop => $"{address} would lead back to itself; nothing was changed",
        _ => $"there is no {kind} {address}",
    };

    /// <summary>A kind of address with its article.</summary>
    public static string Name(AddressKind kind) => kind switch
    {
        AddressKind.Account => "an account",
        AddressKind.Alias => "an alias",
        AddressKind.Group => "a group",
        AddressKind.Forward => "a forward",
        _ => "nothing",
    };

    private ValueTask<AddressEntry> FindAsync(EmailAddress address, CancellationToken cancellation) => _store.Addresses.FindAsync(address, cancellation);

    // A large import would bury what matters.
    private void Warn(string text)
    {
        _warnings++;
        if (_warnings <= MaxWarnings) Console.Error.WriteLine($"merpati: warning: {text}");
        else if (_warnings == MaxWarnings + 1) Console.Error.WriteLine("merpati: warning: there are more of these; 'merpati check' lists them");
    }
}
