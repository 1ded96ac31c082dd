using System.Text;
using Merpati.Auth;
using Merpati.Auth.Sasl;
using Merpati.Mail.Addresses;

namespace Merpati.Smtp.Tests;

/// <summary>
/// PLAIN and LOGIN for alice with the password "secret", where they may be used, and STEPS, whose success has something to say, as that of SCRAM.
/// About busy it cannot answer, at broken it throws, and flood is shut out.
/// </summary>
internal sealed class MemorySasl : ISaslServer
{
    public static readonly Identity Alice = new(7, Address("alice@example.org"), 70);

    /// <summary>Exchanges started and not disposed.</summary>
    public int Open { get; private set; }

    public SaslContext? LastContext { get; private set; }

    public static EmailAddress Address(string text) => EmailAddress.TryParse(text, out var address) ? address : throw new FormatException(text);

    public IReadOnlyList<string> Mechanisms(SaslContext context) => context.TakesPlainPasswords ? ["STEPS", "PLAIN", "LOGIN"] : ["STEPS"];

    public ISaslExchange? Start(string mechanism, SaslContext context)
    {
        LastContext = context;
        var name = mechanism.ToUpperInvariant();
        if (!Mechanisms(context).Contains(name)) return null;
        Open++;
        return new Exchange(this, name switch { "PLAIN" => Plain, "LOGIN" => Login(), _ => Steps() });
    }

    private static SaslStep Plain(string? response)
    {
        if (response is null) return new(SaslStatus.Challenge);
        var parts = response.Split('\0');
        return parts.Length == 3 ? Check(parts[1], parts[2]) : new(SaslStatus.Malformed);
    }

    private static Func<string?, SaslStep> Login()
    {
        string? user = null;
        var asked = 0;
        return response =>
        {
            if (response is null || (asked == 0 && response.Length == 0)) return Challenge("Username:");
            if (asked++ > 0) return Check(user!, response);
            user = response;
            return Challenge("Password:");
        };
    }

    private static Func<string?, SaslStep> Steps() => response => response switch
    {
        null => new(SaslStatus.Challenge),
        "first" => Challenge("server-first"),
        "final" => new(SaslStatus.Granted, "v=proof"u8.ToArray(), Alice),
        _ => new(SaslStatus.Refused),
    };

    private static SaslStep Challenge(string text) => new(SaslStatus.Challenge, Encoding.ASCII.GetBytes(text));

    private static SaslStep Check(string user, string password) => (user, password) switch
    {
        ("alice", "secret") => new(SaslStatus.Granted, default, Alice),
        ("busy", _) => new(SaslStatus.Unavailable),
        ("broken", _) => throw new InvalidDataException("the accounts cannot be read"),
        ("flood", _) => new(SaslStatus.Throttled),
        _ => new(SaslStatus.Refused),
    };

    private sealed class Exchange(MemorySasl owner, Func<string?, SaslStep> next) : ISaslExchange
    {
        private bool _disposed;

        public ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return new(next(response is { } octets ? Encoding.UTF8.GetString(octets.Span) : null));
        }

        public void Dispose()
        {
            Assert.False(_disposed);
            _disposed = true;
            owner.Open--;
        }
    }
}
