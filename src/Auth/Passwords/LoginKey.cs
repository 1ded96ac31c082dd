using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Merpati.Auth.Passwords;

/// <summary>
/// Stands for one name, one verifier and one password: their HMAC-SHA-256 under a key that this process drew and no one else knows.
/// The password cannot be read from it, nor guessed at without the key. A changed password makes another key.
/// </summary>
internal readonly record struct LoginKey(ulong A, ulong B, ulong C, ulong D)
{
    public const int SecretLength = 32;

    private const int StackLimit = 1024;

    /// <summary>The key of a login; <paramref name="grants"/> keeps logins that are refused whatever the password apart from the others.</summary>
    public static LoginKey Of(ReadOnlySpan<byte> secret, bool grants, string name, PasswordVerifier verifier, ReadOnlySpan<byte> password)
    {
        var nameOctets = MemoryMarshal.AsBytes(name.AsSpan());
        var size = 1 + sizeof(int) + Part(nameOctets) + Part(verifier.Salt) + Part(verifier.StoredKey) + Part(password);
        var buffer = size <= StackLimit ? stackalloc byte[StackLimit] : new byte[size];
        var rest = buffer;
        rest[0] = grants ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(rest[1..], verifier.Iterations);
        rest = rest[(1 + sizeof(int))..];
        Write(nameOctets, ref rest);
        Write(verifier.Salt, ref rest);
        Write(verifier.StoredKey, ref rest);
        Write(password, ref rest);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, buffer[..size], mac);
        CryptographicOperations.ZeroMemory(buffer[..size]);
        return Unsafe.ReadUnaligned<LoginKey>(in mac[0]);
    }

    private static int Part(ReadOnlySpan<byte> octets) => sizeof(int) + octets.Length;

    // Each part carries its length, so that no two logins run together into the same octets.
    private static void Write(ReadOnlySpan<byte> octets, ref Span<byte> rest)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, octets.Length);
        octets.CopyTo(rest[sizeof(int)..]);
        rest = rest[(sizeof(int) + octets.Length)..];
    }
}
