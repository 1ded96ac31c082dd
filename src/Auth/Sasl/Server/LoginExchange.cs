using Merpati.Auth.Throttle;

namespace Merpati.Auth.Sasl.Server;

/// <summary>LOGIN as clients speak it: the name, perhaps as the initial response, then the password.</summary>
internal sealed class LoginExchange(SaslServices services, SaslContext context) : SaslExchange
{
    // Some clients look for exactly these words.
    private static readonly byte[] NamePrompt = "Username:"u8.ToArray();
    private static readonly byte[] PasswordPrompt = "Password:"u8.ToArray();

    private bool _asked;
    private string? _name;

    protected override async ValueTask<SaslStep> TakeAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        if (response is not { } message)
        {
            if (_asked) return Malformed;
            _asked = true;
            return new SaslStep(SaslStatus.Challenge, NamePrompt);
        }

        _asked = true;
        if (_name is null) return SaslName.TryRead(message.Span, out _name) ? new SaslStep(SaslStatus.Challenge, PasswordPrompt) : Malformed;
        if (!PasswordLogin.IsPassword(message.Span)) return Malformed;
        return await PasswordLogin.CheckAsync(services, new LoginAttempt(context.Address, _name), message, null, cancellation);
    }
}
