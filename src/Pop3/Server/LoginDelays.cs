using System.Numerics;

namespace Merpati.Pop3.Server;

/// <summary>
/// When accounts last logged in, so that they do not do so too often (RFC 2449 §6.6). It is kept for a fixed number of accounts, 1 MiB in all; where
/// more log in within the delay, the oldest of four makes room and may come again sooner. Safe for concurrent callers.
/// </summary>
internal sealed class LoginDelays
{
    private const int Ways = 4;
    private const int Sets = 16 * 1024; // a power of two

    private readonly Lock _gate = new();
    private readonly (long Account, long At)[] _logins; // an account's number and a timestamp; 0 for nobody
    private readonly TimeSpan _delay;
    private readonly TimeProvider _time;

    public LoginDelays(TimeSpan delay, TimeProvider time)
    {
        _delay = delay;
        _time = time;
        _logins = delay > TimeSpan.Zero ? new (long, long)[Sets * Ways] : [];
    }

    /// <summary>Whether there is a delay at all.</summary>
    public bool IsOn => _logins.Length > 0;

    /// <summary>Whether the account's last login is too short a while ago.</summary>
    public bool IsTooSoon(long accountId)
    {
        if (!IsOn) return false;
        lock (_gate)
        {
            foreach (var login in SetOf(accountId))
            {
                if (login.At != 0 && login.Account == accountId) return _time.GetElapsedTime(login.At) < _delay;
            }
        }

        return false;
    }

    /// <summary>The account has logged in.</summary>
    public void Note(long accountId)
    {
        if (!IsOn) return;
        lock (_gate)
        {
            var set = SetOf(accountId);
            var place = 0;
            for (var i = 0; i < Ways; i++)
            {
                if (set[i].At == 0 || set[i].Account == accountId)
                {
                    place = i;
                    break;
                }

                if (set[i].At < set[place].At) place = i;
            }

            set[place] = (accountId, Math.Max(1, _time.GetTimestamp()));
        }
    }

    // Accounts are numbered one after the other; a multiplication spreads them over the sets whatever steps they come in.
    private Span<(long Account, long At)> SetOf(long accountId)
    {
        var set = (int)(((ulong)accountId * 0x9E3779B97F4A7C15UL) >> (64 - BitOperations.Log2(Sets)));
        return _logins.AsSpan(set * Ways, Ways);
    }
}
