using System.Security.Cryptography;

namespace Merpati.Auth.Sasl.Client;

/// <summary>
/// With what a client logs in somewhere, as often as it likes: what SCRAM derives from the password at great cost is kept for the next time. Safe
/// for concurrent exchanges. Erases its secrets when disposed.
/// </summary>
public sealed class SaslCredentials : IDisposable
{
    private readonly Lock _gate = new();
    private readonly byte[] _password;
    private SaltedPassword? _last;

    /// <summary>A name and, when there is one, its password in UTF-8, which is copied.</summary>
    public SaslCredentials(string name, ReadOnlySpan<byte> password)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _password = password.ToArray();
    }

    /// <summary>The name to log in with.</summary>
    public string Name { get; }

    /// <summary>The password in UTF-8; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Password => _password;

    /// <summary>For whom to act; null, as nearly always, for oneself.</summary>
    public string? AuthorizationId { get; init; }

    /// <summary>Whether the TLS client has shown a certificate, so that EXTERNAL may be tried.</summary>
    public bool HasCertificate { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            CryptographicOperations.ZeroMemory(_password);
            if (_last is not null) CryptographicOperations.ZeroMemory(_last.Octets);
            _last = null;
        }
    }

    /// <summary>SaltedPassword (RFC 5802 §3), a copy that is the caller's to erase; at once when the salt is that of the last time.</summary>
    internal byte[] Salt(ScramHash hash, byte[] salt, int iterations)
    {
        lock (_gate)
        {
            if (_last is { } last && last.Hash == hash && last.Iterations == iterations && last.Salt.AsSpan().SequenceEqual(salt)) return [.. last.Octets];
        }

        var salted = hash.Salted(_password, salt, iterations);
        lock (_gate) _last = new SaltedPassword(hash, salt, iterations, [.. salted]);
        return salted;
    }

    private sealed record SaltedPassword(ScramHash Hash, byte[] Salt, int Iterations, byte[] Octets);
}
