using Merpati.Auth.Passwords;
using Merpati.Mail.Addresses;

namespace Merpati.Auth;

/// <summary>Who somebody has proved to be.</summary>
/// <param name="AccountId">The account's number in the store.</param>
/// <param name="Address">The account's address.</param>
/// <param name="InboxId">The number of its inbox, the mailbox that POP3 shows as the maildrop.</param>
public sealed record Identity(long AccountId, EmailAddress Address, long InboxId);

/// <summary>What is known of an account for the purpose of a login.</summary>
/// <param name="Identity">Who it is.</param>
/// <param name="Verifier">The password's verifier; null when the account has no password and so cannot log in by one.</param>
/// <param name="Disabled">Whether an administrator has shut it.</param>
public sealed record Credentials(Identity Identity, PasswordVerifier? Verifier, bool Disabled)
{
    /// <summary>The password itself, sealed, for mechanisms that cannot do without it; null for all but legacy accounts.</summary>
    public string? SealedSecret { get; init; }
}

/// <summary>Finds the credentials of a login name. Safe for concurrent callers.</summary>
public interface ICredentialSource
{
    /// <summary>
    /// The credentials of <paramref name="loginName"/>, a whole address or a local part of the default domain; null when there are none.
    /// What an administrator changes is seen by the next call. Whatever it throws when the store cannot answer reaches the caller
    /// of <see cref="IAuthenticator"/> unchanged.
    /// </summary>
    ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation);
}
