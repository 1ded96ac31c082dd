using System.Collections.Concurrent;
using System.Text;
using Merpati.Auth.Passwords;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Tests;

/// <summary>Credentials in memory, all with verifiers of the fewest iterations, so that the tests are quick.</summary>
internal sealed class AccountList : ICredentialSource
{
    private readonly ConcurrentDictionary<string, Credentials> _accounts = new(StringComparer.Ordinal);

    public Exception? Failure { get; set; }

    public Identity Add(string name, string? password, bool disabled = false, int iterations = PasswordVerifier.MinIterations)
    {
        Assert.True(EmailAddress.TryParse(name + "@example.org", out var address));
        var identity = new Identity(_accounts.Count + 1, address, 100 + _accounts.Count);
        Set(name, new Credentials(identity, password is null ? null : VerifierOf(password, iterations), disabled));
        return identity;
    }

    public void Set(string name, Credentials credentials) => _accounts[name] = credentials;

    public Credentials this[string name] => _accounts[name];

    public ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation) =>
        Failure is null ? new(_accounts.GetValueOrDefault(loginName)) : throw Failure;

    public static PasswordVerifier VerifierOf(string password, int iterations = PasswordVerifier.MinIterations) =>
        PasswordVerifier.Create(Encoding.UTF8.GetBytes(password), iterations);
}
