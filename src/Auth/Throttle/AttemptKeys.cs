using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Merpati.Auth.Throttle;

/// <summary>What an attempt is counted under: the texts that the ledger knows, and their hashes for the counters.</summary>
internal sealed class AttemptKeys
{
    private const int StackLimit = 512;

    private readonly byte[] _secret;

    /// <summary>The keys of an attempt from <paramref name="address"/>; the secret is the process's own, so that nobody can choose keys that meet in a counter.</summary>
    public AttemptKeys(byte[] secret, IPAddress address, LoginAttempt attempt)
    {
        _secret = secret;
        AddressText = ThrottleKeys.OfAddress(address);
        NetworkText = ThrottleKeys.OfNetwork(address);

        // A name that is no account counts like one: outside, nobody learns which names are. No account's address begins with a space.
        AccountText = attempt.Account is { } account ? ThrottleKeys.OfAccount(account) : " " + attempt.LoginName.ToLowerInvariant();
        HasAccount = attempt.Account is not null;
        Address = HashOf(secret, ThrottleScope.Address, AddressText);
        Network = HashOf(secret, ThrottleScope.Network, NetworkText);
        Account = HashOf(secret, ThrottleScope.Account, AccountText);
        Pair = Mixed(Address, Account);
    }

    public string AddressText { get; }

    public string NetworkText { get; }

    public string AccountText { get; }

    /// <summary>Whether the account exists.</summary>
    public bool HasAccount { get; }

    public ulong Address { get; }

    public ulong Network { get; }

    public ulong Account { get; }

    /// <summary>The account and the address together.</summary>
    public ulong Pair { get; }

    /// <summary>The hash of a scope's key, never 0.</summary>
    public static ulong HashOf(byte[] secret, ThrottleScope scope, string text)
    {
        var size = 1 + (text.Length * sizeof(char));
        var octets = size <= StackLimit ? stackalloc byte[StackLimit] : new byte[size];
        octets[0] = (byte)scope;
        MemoryMarshal.AsBytes(text.AsSpan()).CopyTo(octets[1..]);
        return HashOf(secret, octets[..size]);
    }

    public ulong Of(ThrottleScope scope) => scope switch
    {
        ThrottleScope.Address => Address,
        ThrottleScope.Network => Network,
        _ => Account,
    };

    public string TextOf(ThrottleScope scope) => scope switch
    {
        ThrottleScope.Address => AddressText,
        ThrottleScope.Network => NetworkText,
        _ => AccountText,
    };

    /// <summary>The pair together with a password that was tried.</summary>
    public ulong WithPassword(ulong fingerprint) => Mixed(Pair, fingerprint);

    private ulong Mixed(ulong one, ulong other)
    {
        Span<ulong> both = [one, other];
        return HashOf(_secret, MemoryMarshal.AsBytes(both));
    }

    private static ulong HashOf(byte[] secret, ReadOnlySpan<byte> octets)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, octets, mac);
        return Math.Max(1, MemoryMarshal.Read<ulong>(mac));
    }
}
