using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Delivery.Routing;

/// <summary>
/// The Sender Rewriting Scheme: what is redirected to another host goes out under an address of ours, so that it passes SPF there (RFC 7208 §D.3), and
/// a notice about it finds its way back. SRS0 holds the sender; SRS1 holds the host that rewrote it first, so that addresses do not grow with every
/// hop. A hash under a secret key keeps others from sending through us what we never rewrote; after 21 days an address is void.
/// </summary>
public sealed class SrsRewriter
{
    /// <summary>The shortest key, in octets.</summary>
    public const int MinKeyLength = 16;

    private const int HashLength = 6; // of 5 bits each
    private const int DaysOfLife = 21;
    private const int DayCycle = 1024; // two digits of base 32
    private const int PrefixLength = 5;
    private const string Digits = "abcdefghijklmnopqrstuvwxyz234567";

    private readonly byte[] _key;
    private readonly TimeProvider _time;

    /// <summary>A rewriter to addresses of <paramref name="domain"/>, which must lead to this host. The key is copied.</summary>
    public SrsRewriter(Domain domain, ReadOnlySpan<byte> key, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentOutOfRangeException.ThrowIfLessThan(key.Length, MinKeyLength);
        Domain = domain;
        _key = key.ToArray();
        _time = time;
    }

    /// <summary>The domain of rewritten addresses.</summary>
    public Domain Domain { get; }

    /// <summary>Whether an address is one that this host may have rewritten; whether it did, <see cref="TryReverse"/> finds out.</summary>
    public bool IsOurs(EmailAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.Domain.Equals(Domain) && (IsForm(address.Local.Value, '0') || IsForm(address.Local.Value, '1'));
    }

    /// <summary>
    /// The reverse-path under which a message goes on; the same when there is nothing to rewrite, or when the new local part would be longer than the
    /// 64 octets of RFC 5321 §4.5.3.1.1, which other hosts may refuse: such a message goes on under its own.
    /// </summary>
    public MailPath Rewrite(MailPath reversePath)
    {
        ArgumentNullException.ThrowIfNull(reversePath);
        if (reversePath.Address is not { } sender || sender.Domain.Equals(Domain)) return reversePath;
        var local = sender.Local.Value;
        string text;
        if (IsForm(local, '0')) text = Again(sender.Domain.Name, local[4..]);
        else if (IsForm(local, '1') && TrySplitSecond(local, out var first, out var rest)) text = Again(first, rest);
        else
        {
            var signed = $"{Day()}={sender.Domain.Name}={local}";
            text = $"SRS0={Hash(signed)}={signed}";
        }

        return TryParse(text, out var rewritten) ? new MailPath(new EmailAddress(rewritten, Domain)) : reversePath;
    }

    /// <summary>The sender behind a rewritten address; false when we did not rewrite it, or too long ago.</summary>
    public bool TryReverse(EmailAddress address, [NotNullWhen(true)] out EmailAddress? original)
    {
        ArgumentNullException.ThrowIfNull(address);
        original = null;
        if (!IsOurs(address)) return false;
        var local = address.Local.Value;
        return local[3] == '0' ? TryReverseFirst(local[PrefixLength..], out original) : TryReverseSecond(local, out original);
    }

    private static bool IsForm(string local, char number) =>
        local.Length > PrefixLength && local.StartsWith("SRS", StringComparison.OrdinalIgnoreCase) && local[3] == number && IsSeparator(local[4]);

    private static bool IsSeparator(char c) => c is '=' or '+' or '-';

    private bool TryReverseFirst(string text, [NotNullWhen(true)] out EmailAddress? original)
    {
        original = null;
        var parts = text.Split('=', 4); // the local part itself may hold "="
        if (parts.Length != 4 || !IsHashOf(parts[0], $"{parts[1]}={parts[2]}={parts[3]}") || !IsFresh(parts[1])) return false;
        return TryJoin(parts[3], parts[2], out original);
    }

    private bool TryReverseSecond(string local, [NotNullWhen(true)] out EmailAddress? original)
    {
        original = null;
        if (!TrySplitSecond(local, out var first, out var rest)) return false;
        var hash = local[PrefixLength..local.IndexOf('=', PrefixLength)];
        return IsHashOf(hash, $"{first}={rest}") && TryJoin($"SRS0{rest}", first, out original);
    }

    // The first rewriter's part is opaque, its separator included: it is his to check.
    private string Again(string first, string rest) => $"SRS1={Hash($"{first}={rest}")}={first}={rest}";

    private static bool TrySplitSecond(string local, out string first, out string rest)
    {
        (first, rest) = ("", "");
        var parts = local[PrefixLength..].Split('=', 3);
        if (parts.Length != 3 || parts[2].Length < 2 || !IsSeparator(parts[2][0])) return false;
        (first, rest) = (parts[1], parts[2]);
        return true;
    }

    private static bool TryJoin(string local, string domain, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = TryParse(local, out var part) && Domain.TryParse(domain, out var name) ? new EmailAddress(part, name) : null;
        return address is not null;
    }

    private static bool TryParse(string value, [NotNullWhen(true)] out LocalPart? local)
    {
        if (LocalPart.TryParse(Encoding.UTF8.GetBytes(value), allowUtf8: true, out local)) return true;
        var quoted = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return LocalPart.TryParse(Encoding.UTF8.GetBytes($"\"{quoted}\""), allowUtf8: true, out local);
    }

    // Hosts on the way may change the case: the hash does not see it.
    private string Hash(string text)
    {
        Span<byte> code = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text.ToLowerInvariant()), code);
        return string.Create(HashLength, BitConverter.ToUInt32(code[..4]), static (digits, bits) =>
        {
            for (var i = 0; i < digits.Length; i++, bits >>= 5) digits[i] = Digits[(int)(bits & 31)];
        });
    }

    private bool IsHashOf(string hash, string text) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hash.ToLowerInvariant()), Encoding.UTF8.GetBytes(Hash(text)));

    private string Day()
    {
        var day = Today();
        return new string([Digits[day >> 5], Digits[day & 31]]);
    }

    private int Today() => (int)(_time.GetUtcNow().ToUnixTimeSeconds() / 86_400 % DayCycle);

    private bool IsFresh(string day)
    {
        if (day.Length != 2) return false;
        var high = Digits.IndexOf(char.ToLowerInvariant(day[0]), StringComparison.Ordinal);
        var low = Digits.IndexOf(char.ToLowerInvariant(day[1]), StringComparison.Ordinal);
        return high >= 0 && low >= 0 && (Today() - ((high << 5) | low) + DayCycle) % DayCycle <= DaysOfLife;
    }
}
