using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Storage;
using Merpati.Storage.Accounts;

namespace Merpati.Delivery.Routing;

/// <summary>
/// Answers for addresses from the accounts in the store. It asks the store anew each time, so what an administrator changes holds from the next
/// question on. Postmaster always has a mailbox (RFC 5321 §4.5.1): its own account, else the configured one, else the oldest account.
/// </summary>
public sealed class AccountDirectory : IDirectory
{
    private const string PostmasterKey = "postmaster";

    private readonly IAccountStore _accounts;
    private readonly DefaultDomain _defaultDomain;
    private readonly EmailAddress? _postmaster;

    /// <summary>A directory over the accounts; <paramref name="postmaster"/> is <c>Mail:Postmaster</c>, null when not configured.</summary>
    public AccountDirectory(IAccountStore accounts, DefaultDomain defaultDomain, EmailAddress? postmaster)
    {
        _accounts = accounts;
        _defaultDomain = defaultDomain;
        _postmaster = postmaster;
    }

    /// <inheritdoc/>
    public async ValueTask<RecipientAnswer> ResolveAsync(RecipientQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        var recipient = question.Recipient;
        if (recipient.Local is not { } local) return new RecipientAnswer(RecipientStanding.NoSuchUser);
        try
        {
            if ((recipient.Domain ?? await _defaultDomain.FindAsync(cancellation)) is not { } domain) return new RecipientAnswer(RecipientStanding.NoSuchUser);
            return await JudgeAsync(new EmailAddress(local, domain), cancellation);
        }
        catch (StoreException)
        {
            return new RecipientAnswer(RecipientStanding.Unavailable);
        }
    }

    private async ValueTask<RecipientAnswer> JudgeAsync(EmailAddress address, CancellationToken cancellation)
    {
        var (isOurs, account) = await _accounts.FindAsync(address, cancellation);
        if (!isOurs) return new RecipientAnswer(RecipientStanding.Foreign);
        if (account is null or { Disabled: true } && address.Local.Key == PostmasterKey) account = await FindPostmasterAsync(cancellation) ?? account;
        return account switch
        {
            null => new RecipientAnswer(RecipientStanding.NoSuchUser),
            { Disabled: true } => new RecipientAnswer(RecipientStanding.Disabled),
            _ => new RecipientAnswer(RecipientStanding.Local, new LocalRecipient(address, account.InboxId)),
        };
    }

    private async ValueTask<Account?> FindPostmasterAsync(CancellationToken cancellation)
    {
        if (_postmaster is not null && await _accounts.FindAsync(_postmaster, cancellation) is { Account: { Disabled: false } configured }) return configured;
        return await _accounts.FindFirstAccountAsync(cancellation);
    }
}
