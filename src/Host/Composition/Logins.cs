using Merpati.Auth;
using Merpati.Auth.Legacy;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Auth.Throttle;
using Merpati.Host.Configuration;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Microsoft.Extensions.Logging;

namespace Merpati.Host.Composition;

/// <summary>Who may log in, for all protocols together: one checker, one throttle, one set of mechanisms.</summary>
internal sealed class Logins : IDisposable
{
    private const string SaltPurpose = "salts of unknown users";
    private const string ApopName = "apop"; // no SASL mechanism: POP3 has it by itself

    private readonly PasswordChecker _passwords;
    private readonly SecretSealer _sealer;

    private Logins(PasswordChecker passwords, SecretSealer sealer, IAuthenticator authenticator, ISaslServer sasl)
    {
        _passwords = passwords;
        _sealer = sealer;
        Authenticator = authenticator;
        Sasl = sasl;
    }

    public IAuthenticator Authenticator { get; }

    public ISaslServer Sasl { get; }

    /// <summary>APOP; null when it is not allowed.</summary>
    public IApopChecker? Apop { get; private init; }

    /// <summary>Opens them. Throws <see cref="KeyFileException"/> when the key file cannot be trusted.</summary>
    public static async Task<Logins> OpenAsync(IMailStore store, Settings settings, string dataDirectory, ILoggerFactory loggers)
    {
        var time = TimeProvider.System;
        var defaultDomain = new DefaultDomain(store.Accounts, settings.Get(SettingTable.DefaultDomain));
        var source = new AccountCredentials(store.Accounts, defaultDomain);
        var throttle = new LoginThrottle(ServiceOptions.Throttle(settings), store.Throttle, time, loggers);
        var domain = await defaultDomain.FindAsync(CancellationToken.None);
        var sealer = KeyFolder.OpenSealer(dataDirectory);
        var passwords = new PasswordChecker(ServiceOptions.Passwords(settings), time);
        var authenticator = new Authenticator(source, passwords, throttle, time);
        var legacy = settings.Get(LoginSettings.LegacyMechanisms);
        var options = new SaslServerOptions
        {
            LegacyMechanisms = legacy.Where(name => !name.Equals(ApopName, StringComparison.OrdinalIgnoreCase)).Select(name => name.ToUpperInvariant()).ToHashSet(),
            Sealer = sealer,
            Iterations = settings.Get(LoginSettings.Iterations),
            SaltKey = sealer.DeriveKey(SaltPurpose),
            DefaultDomain = domain?.Name,
            OtherHostNames = OtherHostNames(settings),
        };
        return new Logins(passwords, sealer, authenticator, new SaslServer(source, authenticator, throttle, options, time))
        {
            Apop = legacy.Contains(ApopName) ? new ApopChecker(source, throttle, sealer, time) : null,
        };
    }

    // DIGEST-MD5 clients write the name by which they have reached this host into what they sign; some have only an address.
    private static HashSet<string> OtherHostNames(Settings settings)
    {
        var addresses = ListenerSettings.Listeners.SelectMany(listener => settings.Get(listener.EndPoints)).Select(endPoint => endPoint.Address.ToString());
        return ["localhost", "127.0.0.1", .. addresses];
    }

    public void Dispose()
    {
        _passwords.Dispose();
        _sealer.Dispose();
    }
}
