using Merpati.Mail.Addresses;

namespace Merpati.Storage.Accounts;

/// <summary>The domain of a name that comes without one: the configured domain, else the first that was added.</summary>
public sealed class DefaultDomain
{
    private readonly IAccountStore _accounts;
    private readonly Domain? _configured;

    /// <summary>The default domain over a store; <paramref name="configured"/> is <c>Mail:DefaultDomain</c>.</summary>
    public DefaultDomain(IAccountStore accounts, Domain? configured)
    {
        _accounts = accounts;
        _configured = configured;
    }

    /// <summary>The default domain now; null when nothing is configured and no domain was added.</summary>
    public ValueTask<Domain?> FindAsync(CancellationToken cancellation) =>
        _configured is not null ? new ValueTask<Domain?>(_configured) : _accounts.FindFirstDomainAsync(cancellation);
}
