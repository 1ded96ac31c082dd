using System.Net;

namespace Merpati.Dns.Servers;

/// <summary>A server, and what was learned of it. Safe for concurrent callers: what races for its memory costs one question at most.</summary>
internal sealed class NameServer
{
    private static readonly TimeSpan SilenceMemory = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EdnsMemory = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private long _silentAt = long.MinValue;
    private long _ednsRefusedAt = long.MinValue;

    public NameServer(IPEndPoint address, TimeProvider time)
    {
        Address = address;
        _time = time;
    }

    public IPEndPoint Address { get; }

    /// <summary>Whether it was silent a short while ago and has not answered since: others are asked before it.</summary>
    public bool WasSilent => IsWithin(ref _silentAt, SilenceMemory);

    /// <summary>Whether it did not understand EDNS a while ago.</summary>
    public bool RefusesEdns => IsWithin(ref _ednsRefusedAt, EdnsMemory);

    public void NoteSilence() => Volatile.Write(ref _silentAt, _time.GetTimestamp());

    public void NoteAnswer() => Volatile.Write(ref _silentAt, long.MinValue);

    public void NoteEdnsRefusal() => Volatile.Write(ref _ednsRefusedAt, _time.GetTimestamp());

    private bool IsWithin(ref long since, TimeSpan span)
    {
        var then = Volatile.Read(ref since);
        return then != long.MinValue && _time.GetElapsedTime(then) < span;
    }
}
