using System.Text;
using Merpati.Auth;
using Merpati.Auth.Passwords;
using Merpati.Mail.Addresses;

namespace Merpati.Storage.Accounts;

/// <summary>Finds the credentials of a login name among the accounts.</summary>
public sealed class AccountCredentials : ICredentialSource
{
    private readonly IAccountStore _accounts;
    private readonly DefaultDomain _defaultDomain;

    /// <summary>The credentials of the accounts in a store.</summary>
    public AccountCredentials(IAccountStore accounts, DefaultDomain defaultDomain)
    {
        _accounts = accounts;
        _defaultDomain = defaultDomain;
    }

    /// <inheritdoc/>
    public async ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(loginName);
        if (await ToAddressAsync(loginName, cancellation) is not { } address) return null;
        var (_, account) = await _accounts.FindAsync(address, cancellation);
        if (account is null) return null;
        _ = PasswordVerifier.TryParse(account.Verifier, out var verifier); // an account without a usable verifier has no password
        return new Credentials(new Identity(account.Id, account.Address, account.InboxId), verifier, account.Disabled) { SealedSecret = account.SealedSecret };
    }

    private async ValueTask<EmailAddress?> ToAddressAsync(string loginName, CancellationToken cancellation)
    {
        if (EmailAddress.TryParse(loginName, out var address)) return address;
        if (loginName.Length > EmailAddress.MaxLength) return null;
        var octets = Encoding.UTF8.GetBytes(loginName);
        if (EmailAddress.TryParse(octets, allowUtf8: true, out address)) return address;
        if (!LocalPart.TryParse(octets, allowUtf8: true, out var local)) return null;
        return await _defaultDomain.FindAsync(cancellation) is { } domain ? new EmailAddress(local, domain) : null;
    }
}
