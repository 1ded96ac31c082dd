using System.Text;
using Merpati.Auth;
using Merpati.Auth.Legacy;
using Merpati.Auth.Passwords;
using Merpati.Auth.Sasl;
using Merpati.Mail.Addresses;

namespace Merpati.Pop3.Tests.Client;

/// <summary>Paul's account with the real mechanisms of AUTH, and with APOP.</summary>
internal sealed class PaulsLogin : ICredentialSource, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("merpati-pop3-").FullName;
    private readonly PasswordChecker _checker = new(new PasswordCheckerOptions { Threads = 1, Iterations = PasswordVerifier.MinIterations }, TimeProvider.System);
    private readonly SecretSealer _sealer;
    private Credentials? _paul;

    public PaulsLogin() => _sealer = SecretSealer.Open(Path.Combine(_folder, "key"));

    /// <summary>Brings them to a post office.</summary>
    public void Arrange(PostOffice office, bool sasl, bool apop)
    {
        var secret = Encoding.UTF8.GetBytes(PostOffice.Secret);
        Assert.True(EmailAddress.TryParse("paul@example.org", out var address));
        _paul = new Credentials(office.Find("paul", PostOffice.Secret)!, PasswordVerifier.Create(secret, PasswordVerifier.MinIterations), Disabled: false) { SealedSecret = _sealer.Seal(secret, address) };
        office.Sasl = sasl ? new SaslServer(this, new Authenticator(this, _checker), null, new SaslServerOptions { Iterations = PasswordVerifier.MinIterations }, TimeProvider.System) : null;
        office.Apop = apop ? new ApopChecker(this, null, _sealer, TimeProvider.System) : null;
    }

    public ValueTask<Credentials?> FindAsync(string loginName, CancellationToken cancellation) => new(loginName == "paul" ? _paul : null);

    public void Dispose()
    {
        _checker.Dispose();
        _sealer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
