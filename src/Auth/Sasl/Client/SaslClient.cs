namespace Merpati.Auth.Sasl.Client;

/// <summary>Chooses how to log in to a server.</summary>
public static class SaslClient
{
    // Strongest first. What a listener can guess from comes after all, and plain passwords after that, however much the server likes them.
    private static readonly ClientRow[] Rows =
    [
        new(SaslMechanisms.External, static (credentials, context) => credentials.HasCertificate && context.Channel is not null, static (credentials, _, _) => new ExternalClient(credentials)),
        new(SaslMechanisms.ScramSha256Plus, static (credentials, context) => HasPassword(credentials) && ChannelBindings.Exist(context.Channel), static (credentials, context, _) => new ScramClient(ScramHash.Sha256, ScramBinding.Bound, credentials, context)),
        new(SaslMechanisms.ScramSha256, static (credentials, _) => HasPassword(credentials), static (credentials, context, offered) => new ScramClient(ScramHash.Sha256, BindingOf(SaslMechanisms.ScramSha256Plus, context, offered), credentials, context)),
        new(SaslMechanisms.ScramSha1Plus, static (credentials, context) => HasPassword(credentials) && ChannelBindings.Exist(context.Channel), static (credentials, context, _) => new ScramClient(ScramHash.Sha1, ScramBinding.Bound, credentials, context)),
        new(SaslMechanisms.ScramSha1, static (credentials, _) => HasPassword(credentials), static (credentials, context, offered) => new ScramClient(ScramHash.Sha1, BindingOf(SaslMechanisms.ScramSha1Plus, context, offered), credentials, context)),
        new(SaslMechanisms.DigestMd5, static (credentials, context) => HasPassword(credentials) && context.AllowLegacy, static (credentials, context, _) => new DigestClient(credentials, context)),
        new(SaslMechanisms.CramMd5, static (credentials, context) => HasPassword(credentials) && context.AllowLegacy && credentials.AuthorizationId is null, static (credentials, _, _) => new CramClient(credentials)),
        new(SaslMechanisms.Plain, static (credentials, context) => HasPassword(credentials) && context.AllowPlain, static (credentials, _, _) => new PlainClient(credentials)),
        new(SaslMechanisms.Login, static (credentials, context) => HasPassword(credentials) && context.AllowPlain && credentials.AuthorizationId is null, static (credentials, _, _) => new LoginClient(credentials)),
    ];

    /// <summary>
    /// An exchange by the strongest of the mechanisms that the server offers, named in any case, that the credentials can do and the context allows; null
    /// when there is none. The credentials must outlive the exchange.
    /// </summary>
    public static ISaslClientExchange? Choose(IReadOnlyCollection<string> offered, SaslCredentials credentials, SaslClientContext context)
    {
        ArgumentNullException.ThrowIfNull(offered);
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(context);
        foreach (var row in Rows)
        {
            if (offered.Contains(row.Name, StringComparer.OrdinalIgnoreCase) && row.CanDo(credentials, context)) return row.Start(credentials, context, offered);
        }

        return null;
    }

    // RFC 5802 §6: a client that could bind says so when the server seems unable to, so that a server whose offer was cut short notices.
    private static ScramBinding BindingOf(string plusName, SaslClientContext context, IReadOnlyCollection<string> offered) =>
        ChannelBindings.Exist(context.Channel) && !offered.Contains(plusName, StringComparer.OrdinalIgnoreCase) ? ScramBinding.Unoffered : ScramBinding.None;

    private static bool HasPassword(SaslCredentials credentials) => !credentials.Password.IsEmpty;

    private sealed record ClientRow(
        string Name,
        Func<SaslCredentials, SaslClientContext, bool> CanDo,
        Func<SaslCredentials, SaslClientContext, IReadOnlyCollection<string>, ISaslClientExchange> Start);
}
