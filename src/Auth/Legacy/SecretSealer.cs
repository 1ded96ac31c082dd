using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Auth.Legacy;

/// <summary>
/// Seals the passwords of legacy accounts with AES-256-GCM under a key that is kept in a file outside the database: whoever has only one of the two has
/// no password. A sealed text belongs to one address and opens for no other. Its form is <c>v1$</c> and base64 of nonce, ciphertext and tag.
/// Safe for concurrent callers; dispose it to erase the key.
/// </summary>
public sealed class SecretSealer : IDisposable
{
    /// <summary>The length of the key file, in octets.</summary>
    public const int KeyLength = 32;

    private const string Version = "v1$";
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int MaxSecret = Passwords.PasswordVerifier.MaxPasswordOctets;
    private const int MaxText = 4096;

    private readonly byte[] _key;
    private readonly AesGcm _cipher;
    private readonly Lock _gate = new();

    private SecretSealer(byte[] key)
    {
        _key = key;
        var cipherKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeyLength, info: "secrets v1"u8.ToArray());
        _cipher = new AesGcm(cipherKey, TagLength);
        CryptographicOperations.ZeroMemory(cipherKey);
    }

    /// <summary>
    /// Opens a key file, or makes one of 32 random octets, readable by its owner alone and on disk when this returns. Throws
    /// <see cref="KeyFileException"/> when others may read it or it has another length, and <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> when it cannot be read or made.
    /// </summary>
    public static SecretSealer Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SecretSealer(KeyFile.ReadOrCreate(path, KeyLength));
    }

    /// <summary>
    /// The sealed text of a password of 1 to 1024 octets; each call gives another. Throws <see cref="ArgumentOutOfRangeException"/> beyond that length.
    /// </summary>
    public string Seal(ReadOnlySpan<byte> password, EmailAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfZero(password.Length, nameof(password));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(password.Length, MaxSecret, nameof(password));
        var box = new byte[NonceLength + password.Length + TagLength];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        lock (_gate)
        {
            _cipher.Encrypt(box.AsSpan(0, NonceLength), password, box.AsSpan(NonceLength, password.Length), box.AsSpan(NonceLength + password.Length), Owner(address));
        }

        return Version + Convert.ToBase64String(box);
    }

    /// <summary>
    /// Opens a sealed text; false when it is malformed, of an unknown version, changed, sealed with another key, or another address's. The secret is the caller's
    /// to erase.
    /// </summary>
    public bool TryOpen(string? text, EmailAddress address, out byte[] secret)
    {
        ArgumentNullException.ThrowIfNull(address);
        secret = [];
        if (text is null || text.Length > MaxText || !text.StartsWith(Version, StringComparison.Ordinal)) return false;
        var encoded = text.AsSpan(Version.Length);
        if (!Base64.IsValid(encoded, out var length) || length is <= NonceLength + TagLength or > NonceLength + TagLength + MaxSecret) return false;
        ReadOnlySpan<byte> box = Convert.FromBase64String(encoded.ToString());
        var opened = new byte[length - NonceLength - TagLength];
        try
        {
            lock (_gate) _cipher.Decrypt(box[..NonceLength], box[NonceLength..^TagLength], box[^TagLength..], opened, Owner(address));
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        secret = opened;
        return true;
    }

    /// <summary>A key of 32 octets for another purpose, the same for as long as the key file is; nothing of the file can be read from it.</summary>
    public byte[] DeriveKey(string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, KeyLength, info: Encoding.UTF8.GetBytes("purpose " + purpose));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        CryptographicOperations.ZeroMemory(_key);
    }

    // Our mailboxes do not differ by case.
    private static byte[] Owner(EmailAddress address) => Encoding.UTF8.GetBytes(address.ToString().ToLowerInvariant());
}
