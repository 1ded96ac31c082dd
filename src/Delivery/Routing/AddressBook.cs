using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>Answers VRFY and EXPN (RFC 5321 §3.5), and who may send under which address, from the same store as <see cref="MailDirectory"/>.</summary>
public sealed class AddressBook : IAddressBook
{
    private readonly RouteFinder _finder;

    /// <summary>The address book of a directory.</summary>
    public AddressBook(MailDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        _finder = directory.Finder;
    }

    /// <inheritdoc/>
    public async ValueTask<BookAnswer> VerifyAsync(string text, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var asked = await ReadAsync(text, cancellation);
            var isWord = asked.Words.Length > 0;
            if (asked.Address is { } address
                && await LookUpAsync(address, cancellation) is { Outcome: not BookOutcome.NotFound } found
                && !(isWord && found.Outcome == BookOutcome.Foreign)) return found;
            return !isWord || limit < 1 ? BookAnswer.Of(BookOutcome.NotFound) : await SearchAsync(asked.Words, limit, cancellation);
        }
        catch (StoreException)
        {
            return BookAnswer.Of(BookOutcome.Unavailable);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An alias with several targets is expanded as a group is. A nested group that does not show its members stands in the list itself. Members that
    /// get nothing, because their account is shut or gone, are left out.
    /// </remarks>
    public async ValueTask<BookAnswer> ExpandAsync(string text, int limit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            if ((await ReadAsync(text, cancellation)).Address is not { } address) return BookAnswer.Of(BookOutcome.NotFound);
            var entry = await _finder.Addresses.FindAsync(address, cancellation);
            if (!entry.DomainIsOurs) return BookAnswer.Of(BookOutcome.Foreign);
            if (entry.Group is { Settings.ShowsMembers: false }) return BookAnswer.Of(BookOutcome.Hidden);
            var listing = new ListingWalk(_finder, limit);
            if (entry.Group is { } group) await listing.WalkAsync(group.Id, cancellation);
            else if (entry.Alias is { Targets.Count: > 1 } alias) await listing.ListAsync(alias, cancellation);
            else return BookAnswer.Of(entry.Kind == AddressKind.None ? BookOutcome.NotFound : BookOutcome.NotAGroup);
            return new BookAnswer(BookOutcome.Found, listing.Entries, listing.IsCut);
        }
        catch (StoreException)
        {
            return BookAnswer.Of(BookOutcome.Unavailable);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// An old address that is forwarded to the user counts, as does <c>user+detail</c>; what reaches him through a group or because he catches all does
    /// not. Throws <see cref="StoreException"/> when the store cannot answer: neither yes nor no would be true.
    /// </remarks>
    public async ValueTask<bool> MaySendAsAsync(Submitter submitter, EmailAddress address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(submitter);
        ArgumentNullException.ThrowIfNull(address);
        if (AddressKey.Of(submitter.Address) == AddressKey.Of(address)) return true;
        var route = await _finder.FindAsync(address, mayCatch: false, cancellation);
        return !route.Loops && route.Accounts.Exists(entry => entry.Account!.Id == submitter.AccountId);
    }

    // What was typed: an address, in angle brackets perhaps; a local part; or words of a name, in quotes perhaps.
    private async ValueTask<(EmailAddress? Address, string Words)> ReadAsync(string text, CancellationToken cancellation)
    {
        text = text.Trim();
        if (text.Length > 1 && text[0] == '<' && text[^1] == '>') text = text[1..^1].Trim();
        if (EmailAddress.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out var address)) return (address, "");
        if (!LocalPart.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out var local)) return (null, text.Trim('"'));
        return (await _finder.CompleteAsync(local, null, cancellation), local.Value);
    }

    private async ValueTask<BookAnswer> LookUpAsync(EmailAddress address, CancellationToken cancellation)
    {
        var entry = await _finder.Addresses.FindAsync(address, cancellation);
        if (!entry.DomainIsOurs) return BookAnswer.Of(BookOutcome.Foreign);
        switch (entry.Kind)
        {
            case AddressKind.Group:
                return Found(new Listed(entry.Group!.Settings.Name, entry.Group.Address));
            case AddressKind.Forward when entry.Forward!.Mode != ForwardMode.Silent:
                return new BookAnswer(BookOutcome.Moved, [new Listed("", entry.Forward.Target)]);
            case AddressKind.Alias or AddressKind.Forward:
                return Found(new Listed("", address));
        }

        // An account, a user with a detail, or postmaster. Who catches all proves nobody.
        var route = await _finder.FindAsync(address, mayCatch: false, cancellation);
        return route.IsWhole && route.Accounts is [{ Account: { } account }] ? Found(new Listed(account.FullName, account.Address)) : BookAnswer.Of(BookOutcome.NotFound);
    }

    private async ValueTask<BookAnswer> SearchAsync(string words, int limit, CancellationToken cancellation)
    {
        var accounts = await _finder.Addresses.SearchAsync(words, limit + 1, cancellation);
        if (accounts.Count == 0) return BookAnswer.Of(BookOutcome.NotFound);
        if (accounts.Count == 1 || (IsWhole(accounts[0], words) && !IsWhole(accounts[1], words))) return Found(ToListed(accounts[0]));
        return new BookAnswer(BookOutcome.Ambiguous, [.. accounts.Take(limit).Select(ToListed)], accounts.Count > limit);
    }

    private static bool IsWhole(Account account, string words) =>
        account.FullName.Equals(words, StringComparison.OrdinalIgnoreCase) || account.Address.Local.Value.Equals(words, StringComparison.OrdinalIgnoreCase);

    private static Listed ToListed(Account account) => new(account.FullName, account.Address);

    private static BookAnswer Found(Listed one) => new(BookOutcome.Found, [one]);
}
