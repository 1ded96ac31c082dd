using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Merpati.Auth.Legacy;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Auth.Throttle;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Tests.Sasl;

/// <summary>A server of all mechanisms with a few accounts, each with a sealed secret: alice, bob, shut (disabled) and modern (without one).</summary>
internal sealed class SaslHouse : IDisposable
{
    public const string Password = "right, =1";

    public static readonly string[] AllLegacy = [SaslMechanisms.CramMd5, SaslMechanisms.DigestMd5, SaslMechanisms.ScramSha1];

    private readonly string _folder = Directory.CreateTempSubdirectory("merpati-sasl-").FullName;
    private readonly PasswordChecker _checker;

    public SaslHouse()
    {
        Sealer = SecretSealer.Open(Path.Combine(_folder, "key"));
        _checker = new PasswordChecker(new PasswordCheckerOptions { Threads = 1, Iterations = PasswordVerifier.MinIterations }, new FakeTimeProvider());
        Authenticator = new Authenticator(Accounts, _checker);
        Alice = Add("alice", Password);
        Add("bob", "other");
        Add("shut", Password, disabled: true);
        Modern = Accounts.Add("modern", Password);
        Accounts.Add("mute", null);
        Options = new SaslServerOptions
        {
            LegacyMechanisms = new HashSet<string>(AllLegacy),
            Sealer = Sealer,
            Iterations = PasswordVerifier.MinIterations,
            DefaultDomain = "example.org",
        };
        Server = With(Options, null);
    }

    public static SaslContext Clear { get; } = new() { Service = "smtp", HostName = "mail.example.org", Address = IPAddress.Loopback };

    public static SaslContext Secure { get; } = Clear with { TakesPlainPasswords = true, Channel = new SecureChannel(new byte[32], Octets("exported keying material of a day"), null) };

    public AccountList Accounts { get; } = new();

    public SecretSealer Sealer { get; }

    public IAuthenticator Authenticator { get; }

    public SaslServerOptions Options { get; }

    public SaslServer Server { get; }

    public Identity Alice { get; }

    public Identity Modern { get; }

    public static byte[] Octets(string text) => Encoding.UTF8.GetBytes(text);

    public static SaslContext WithCertificate(X509Certificate2 certificate) => Secure with { Channel = Secure.Channel! with { ClientCertificate = certificate } };

    public SaslServer With(SaslServerOptions options, ILoginThrottle? throttle) => new(Accounts, Authenticator, throttle, options, new FakeTimeProvider());

    /// <summary>Adds an account under its local part and its whole address, with a sealed secret.</summary>
    public Identity Add(string name, string password, bool disabled = false)
    {
        var identity = Accounts.Add(name, password, disabled);
        Accounts.Set(name, Accounts[name] with { SealedSecret = Sealer.Seal(Octets(password), identity.Address) });
        Accounts.Set(name + "@example.org", Accounts[name]);
        return identity;
    }

    public ISaslExchange Start(string mechanism, SaslContext? context = null) =>
        Server.Start(mechanism, context ?? Secure) ?? throw new InvalidOperationException(mechanism + " is not offered");

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new ArgumentException(text);

    public void Dispose()
    {
        _checker.Dispose();
        Sealer.Dispose();
        Directory.Delete(_folder, true);
    }
}
