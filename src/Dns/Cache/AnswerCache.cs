using System.Diagnostics.CodeAnalysis;
using Merpati.Dns.Messages;

namespace Merpati.Dns.Cache;

/// <summary>
/// The answers that still hold. Bounded in number and in memory: the one that was not used for the longest time goes first. Safe for concurrent callers.
/// </summary>
internal sealed class AnswerCache
{
    /// <summary>What an answer may take on the average, in octets.</summary>
    public const int AverageWeight = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<DnsQuestion, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = [];
    private readonly TimeProvider _time;
    private readonly int _maxEntries;
    private long _weight;

    public AnswerCache(int maxEntries, TimeProvider time)
    {
        _maxEntries = maxEntries;
        _time = time;
    }

    public int Count
    {
        get
        {
            lock (_gate) return _entries.Count;
        }
    }

    public long Weight
    {
        get
        {
            lock (_gate) return _weight;
        }
    }

    /// <summary>Finds an answer, with the time that is left of its TTL.</summary>
    public bool TryGet(DnsQuestion question, [NotNullWhen(true)] out DnsAnswer? answer)
    {
        answer = null;
        lock (_gate)
        {
            if (!_entries.TryGetValue(question, out var node)) return false;
            var left = node.Value.Answer.Ttl - _time.GetElapsedTime(node.Value.Since);
            if (left <= TimeSpan.Zero)
            {
                Remove(node);
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            answer = node.Value.Answer with { Ttl = left };
            return true;
        }
    }

    /// <summary>Keeps an answer for its TTL.</summary>
    public void Put(DnsQuestion question, DnsAnswer answer)
    {
        if (answer.Ttl <= TimeSpan.Zero) return;
        var entry = new Entry(question, answer, _time.GetTimestamp(), answer.Weight + question.Name.Length);
        lock (_gate)
        {
            if (_entries.TryGetValue(question, out var old)) Remove(old);
            _entries[question] = _byUse.AddFirst(entry);
            _weight += entry.Weight;
            while (_byUse.Last is { } last && (_entries.Count > _maxEntries || _weight > (long)_maxEntries * AverageWeight)) Remove(last);
        }
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Question);
        _weight -= node.Value.Weight;
    }

    private sealed record Entry(DnsQuestion Question, DnsAnswer Answer, long Since, int Weight);
}
