using System.Security.Cryptography;

namespace Merpati.Auth.Sasl.Client;

/// <summary>With what a client logs in somewhere. Erases its copy of the password when disposed.</summary>
public sealed class SaslCredentials : IDisposable
{
    private readonly byte[] _password;

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
    public void Dispose() => CryptographicOperations.ZeroMemory(_password);
}
