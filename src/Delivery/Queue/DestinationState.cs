namespace Merpati.Delivery.Queue;

/// <summary>
/// How a destination has been doing: how many connections it may have, and until when it is left alone. It begins with one connection; each message that
/// is taken allows one more, each failure to connect halves them. Guarded by its <see cref="DestinationBoard"/>.
/// </summary>
internal sealed class DestinationState
{
    /// <summary>The connections that it may have now.</summary>
    public int Window { get; private set; } = 1;

    /// <summary>The workers that are at it.</summary>
    public int Running { get; set; }

    /// <summary>Whether the last claim took as much as it could, so that there is probably more.</summary>
    public bool HasMore { get; set; }

    /// <summary>Whether it had something due while its workers were at it: they may have ended before they saw it.</summary>
    public bool WasAsked { get; set; }

    /// <summary>Until when it is left alone.</summary>
    public DateTimeOffset BlockedUntil { get; private set; }

    /// <summary>How often in a row it could not be reached.</summary>
    public int Failures { get; private set; }

    public bool IsIdle(DateTimeOffset now) => Running == 0 && BlockedUntil <= now;

    public bool MayStart(DateTimeOffset now) => BlockedUntil <= now && (Running == 0 || (HasMore && Running < Window));

    public void Succeed(int cap)
    {
        Failures = 0;
        BlockedUntil = default;
        Window = Math.Min(Window + 1, Math.Max(cap, 1));
    }

    public void Fail() => Window = Math.Max(1, Window / 2);

    // Others may still be connected: then the host only wants fewer of us.
    public bool Block(DateTimeOffset until)
    {
        Fail();
        if (Running > 1) return false;
        Failures++;
        BlockedUntil = until;
        return true;
    }

    public void Unblock()
    {
        Failures = 0;
        BlockedUntil = default;
    }
}
