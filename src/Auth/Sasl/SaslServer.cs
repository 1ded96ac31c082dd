using Merpati.Auth.Sasl.Server;
using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl;

/// <summary>
/// The mechanisms over one credential source. PLAIN and LOGIN leave throttling to the authenticator; the others put each
/// proof to the throttle themselves. An unknown name, a disabled account and a wrong proof are refused alike.
/// </summary>
/// <remarks>What the credential source, the authenticator or the throttle throws reaches the caller of an exchange unchanged.</remarks>
public sealed class SaslServer : ISaslServer
{
    // Strongest first: the order in which they are offered.
    private static readonly MechanismRow[] Rows =
    [
        new(SaslMechanisms.External, static (_, context) => context.Channel?.ClientCertificate is not null, static (services, context) => new ExternalExchange(services, context)),
        new(SaslMechanisms.ScramSha256Plus, static (_, context) => context.CanBind, static (services, context) => new ScramExchange(ScramHash.Sha256, true, services, context)),
        new(SaslMechanisms.ScramSha256, static (_, _) => true, static (services, context) => new ScramExchange(ScramHash.Sha256, false, services, context)),
        new(SaslMechanisms.ScramSha1Plus, static (services, context) => services.Allows(SaslMechanisms.ScramSha1) && context.CanBind, static (services, context) => new ScramExchange(ScramHash.Sha1, true, services, context)),
        new(SaslMechanisms.ScramSha1, static (services, _) => services.Allows(SaslMechanisms.ScramSha1), static (services, context) => new ScramExchange(ScramHash.Sha1, false, services, context)),
        new(SaslMechanisms.DigestMd5, static (services, _) => services.Allows(SaslMechanisms.DigestMd5), static (services, context) => new DigestExchange(services, context)),
        new(SaslMechanisms.CramMd5, static (services, _) => services.Allows(SaslMechanisms.CramMd5), static (services, context) => new CramExchange(services, context)),
        new(SaslMechanisms.Plain, static (_, context) => context.TakesPlainPasswords, static (services, context) => new PlainExchange(services, context)),
        new(SaslMechanisms.Login, static (_, context) => context.TakesPlainPasswords, static (services, context) => new LoginExchange(services, context)),
    ];

    private readonly SaslServices _services;

    /// <summary>
    /// Serves the accounts of <paramref name="source"/>; without a throttle, guessing at the other mechanisms is not slowed down. Throws
    /// <see cref="ArgumentException"/> when the options allow a legacy mechanism and have no sealer.
    /// </summary>
    public SaslServer(ICredentialSource source, IAuthenticator authenticator, ILoginThrottle? throttle, SaslServerOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(authenticator);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        if (options is { Sealer: null, LegacyMechanisms.Count: > 0 }) throw new ArgumentException("legacy mechanisms need a sealer", nameof(options));
        _services = new SaslServices(new LoginGate(source, throttle, time), authenticator, options, time);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Mechanisms(SaslContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [.. Rows.Where(row => row.IsOffered(_services, context)).Select(static row => row.Name)];
    }

    /// <inheritdoc/>
    public ISaslExchange? Start(string mechanism, SaslContext context)
    {
        ArgumentNullException.ThrowIfNull(mechanism);
        ArgumentNullException.ThrowIfNull(context);
        foreach (var row in Rows)
        {
            if (string.Equals(row.Name, mechanism, StringComparison.OrdinalIgnoreCase)) return row.IsOffered(_services, context) ? row.Start(_services, context) : null;
        }

        return null;
    }

    private sealed record MechanismRow(string Name, Func<SaslServices, SaslContext, bool> IsOffered, Func<SaslServices, SaslContext, ISaslExchange> Start);
}
