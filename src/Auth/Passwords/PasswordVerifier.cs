using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Merpati.Auth.Passwords;

/// <summary>
/// What is kept of a password: a SCRAM-SHA-256 verifier (RFC 5802 §3, RFC 7677 §3), from which plain passwords are checked and
/// SCRAM exchanges served, and from which the password cannot be read back. Its text form is that of RFC 5803 as PostgreSQL writes it:
/// <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c>, the last three in base64.
/// </summary>
public sealed class PasswordVerifier
{
    /// <summary>The iterations of PBKDF2-HMAC-SHA-256 for new passwords when configuration names none.</summary>
    public const int DefaultIterations = 600_000;

    /// <summary>The fewest iterations that are taken (RFC 7677 §4).</summary>
    public const int MinIterations = 4096;

    /// <summary>The most iterations that are taken: more would only serve to keep the server busy.</summary>
    public const int MaxIterations = 10_000_000;

    /// <summary>The longest password, in octets of UTF-8. The shortest has one octet (RFC 4616 §2).</summary>
    public const int MaxPasswordOctets = 1024;

    private const string Scheme = "SCRAM-SHA-256";
    private const int KeyLength = 32;
    private const int SaltLength = 16;

    private readonly byte[] _salt;
    private readonly byte[] _storedKey;
    private readonly byte[] _serverKey;

    private PasswordVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey)
    {
        Iterations = iterations;
        _salt = salt;
        _storedKey = storedKey;
        _serverKey = serverKey;
    }

    /// <summary>The iterations of PBKDF2 that a check costs.</summary>
    public int Iterations { get; }

    /// <summary>The salt, 16 octets when made here.</summary>
    public ReadOnlySpan<byte> Salt => _salt;

    /// <summary>H(ClientKey), 32 octets (RFC 5802 §3).</summary>
    public ReadOnlySpan<byte> StoredKey => _storedKey;

    /// <summary>The key of the server's signature, 32 octets (RFC 5802 §3).</summary>
    public ReadOnlySpan<byte> ServerKey => _serverKey;

    /// <summary>
    /// Makes the verifier of a password in UTF-8 with a fresh salt. The password is prepared by SASLprep (RFC 4013, without normalisation), here and
    /// in every check; what that refuses is taken as it came. Costs about 0.2 s of CPU at the default iterations. Throws
    /// <see cref="ArgumentOutOfRangeException"/> when the password is empty or beyond <see cref="MaxPasswordOctets"/>, or the
    /// iterations are beyond their limits.
    /// </summary>
    public static PasswordVerifier Create(ReadOnlySpan<byte> password, int iterations = DefaultIterations)
    {
        ArgumentOutOfRangeException.ThrowIfZero(password.Length, nameof(password));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(password.Length, MaxPasswordOctets, nameof(password));
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, MinIterations);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(iterations, MaxIterations);
        return Derive(password, RandomNumberGenerator.GetBytes(SaltLength), iterations);
    }

    /// <summary>Reads the text form; false when it is malformed, of another scheme, or beyond the limits.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PasswordVerifier? verifier)
    {
        verifier = null;
        var parts = text?.Split('$');
        if (parts is not [Scheme, var cost, var keys] || cost.Split(':') is not [var count, var salt64] || keys.Split(':') is not [var stored64, var server64]) return false;
        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < MinIterations or > MaxIterations) return false;
        if (!TryDecode(salt64, out var salt) || salt.Length is < 8 or > 64) return false;
        if (!TryDecode(stored64, out var stored) || stored.Length != KeyLength || !TryDecode(server64, out var server) || server.Length != KeyLength) return false;
        var read = new PasswordVerifier(iterations, salt, stored, server);
        // One verifier has one text: the decoder lets white space, leading zeros and stray bits pass.
        if (read.ToString() != text) return false;
        verifier = read;
        return true;
    }

    /// <summary>Whether this is the verifier of <paramref name="password"/>. Costs what <see cref="Create"/> costs, right or wrong.</summary>
    public bool Matches(ReadOnlySpan<byte> password) =>
        CryptographicOperations.FixedTimeEquals(Derive(password, _salt, Iterations)._storedKey, _storedKey);

    /// <summary>
    /// A verifier that no password matches, made without any PBKDF2. Checking against it costs what checking against a real one
    /// costs, so that a login without an account is refused no sooner than one with a wrong password.
    /// </summary>
    internal static PasswordVerifier CreateUnmatchable(int iterations) => new(
        iterations,
        RandomNumberGenerator.GetBytes(SaltLength),
        RandomNumberGenerator.GetBytes(KeyLength),
        RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>Spends the CPU of so many iterations, and nothing else.</summary>
    internal static void Spend(ReadOnlySpan<byte> password, int iterations)
    {
        Span<byte> unused = stackalloc byte[KeyLength];
        Rfc2898DeriveBytes.Pbkdf2(password, "time only"u8, unused, iterations, HashAlgorithmName.SHA256);
        CryptographicOperations.ZeroMemory(unused);
    }

    /// <summary>The text form, for the store.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Scheme}${Iterations}:{Convert.ToBase64String(_salt)}${Convert.ToBase64String(_storedKey)}:{Convert.ToBase64String(_serverKey)}");

    // RFC 5802 §3.
    internal static PasswordVerifier Derive(ReadOnlySpan<byte> password, byte[] salt, int iterations)
    {
        Span<byte> salted = stackalloc byte[KeyLength];
        Span<byte> clientKey = stackalloc byte[KeyLength];
        var prepared = PreparedPassword.Of(password);
        Rfc2898DeriveBytes.Pbkdf2(prepared, salt, salted, iterations, HashAlgorithmName.SHA256);
        CryptographicOperations.ZeroMemory(prepared);
        HMACSHA256.HashData(salted, "Client Key"u8, clientKey);
        var verifier = new PasswordVerifier(iterations, salt, SHA256.HashData(clientKey), HMACSHA256.HashData(salted, "Server Key"u8));
        CryptographicOperations.ZeroMemory(salted);
        CryptographicOperations.ZeroMemory(clientKey);
        return verifier;
    }

    private static bool TryDecode(string text, out byte[] octets)
    {
        octets = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, octets, out var length)) return false;
        octets = octets[..length];
        return true;
    }
}
