using Merpati.Dns.Cache;
using Merpati.Dns.Messages;
using Merpati.Dns.Servers;

namespace Merpati.Dns;

/// <summary>
/// A stub resolver (RFC 1034 §5.3.1): it asks recursive servers, in datagrams and over TCP where they are too small, and remembers what it learned. It
/// takes only answers to its own questions from the server that it asked; it does not validate DNSSEC itself. Memory, time and the number of
/// questions under way are bounded whatever the servers do.
/// </summary>
public sealed class DnsResolver : IDnsResolver, IAsyncDisposable
{
    private readonly DnsResolverOptions _options;
    private readonly AnswerCache _cache;
    private readonly SharedQuestions _shared;
    private readonly SemaphoreSlim _slots;
    private readonly Upstream _upstream;
    private readonly TimeProvider _time;

    /// <summary>Opens no socket yet.</summary>
    public DnsResolver(DnsResolverOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _options = options;
        _time = time;
        _cache = new AnswerCache(options.CacheEntries, time);
        _shared = new SharedQuestions(AskServersAsync);
        _slots = new SemaphoreSlim(Math.Max(1, options.MaxUnderWay));
        _upstream = new Upstream(options, time);
    }

    internal AnswerCache Cache => _cache;

    /// <inheritdoc/>
    public ValueTask<DnsAnswer> QueryAsync(DnsName name, DnsType type, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(name);
        cancellation.ThrowIfCancellationRequested();
        var question = new DnsQuestion(name, type);
        if (!_cache.TryGet(question, out var known)) return _shared.AskAsync(question, cancellation);
        DnsMetrics.Recalled();
        return new ValueTask<DnsAnswer>(known);
    }

    /// <summary>Gives up the questions that are under way; who waits for them sees a cancellation.</summary>
    public async ValueTask DisposeAsync()
    {
        await _shared.CloseAsync();
        _slots.Dispose();
    }

    private async Task<DnsAnswer> AskServersAsync(DnsQuestion question, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation);
        try
        {
            // Between the look of the caller and its turn another may have brought the answer.
            if (_cache.TryGet(question, out var known)) return known;
            var answer = await WalkAsync(question, cancellation);
            DnsMetrics.Asked(answer.Outcome);
            _cache.Put(question, answer);
            return answer;
        }
        finally
        {
            _slots.Release();
        }
    }

    private async ValueTask<DnsAnswer> WalkAsync(DnsQuestion question, CancellationToken cancellation)
    {
        var walk = new AliasWalk(question, _options);
        using var deadline = new CancellationTokenSource(_options.MaxTime, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            while (true)
            {
                var reply = await _upstream.AskAsync(walk.Question, either.Token);
                if (reply.Message is null) return Failure(OutcomeOf(reply.Failure));
                if (walk.Take(reply.Message) is { } answer) return answer;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Failure(DnsOutcome.TimedOut);
        }
    }

    private DnsAnswer Failure(DnsOutcome outcome) => DnsAnswer.Of(outcome) with { Ttl = _options.FailureTtl };

    private static DnsOutcome OutcomeOf(ServerFailure failure) => failure switch
    {
        ServerFailure.Silent => DnsOutcome.TimedOut,
        ServerFailure.Malformed => DnsOutcome.Malformed,
        ServerFailure.Refused or ServerFailure.NotUnderstood => DnsOutcome.Refused,
        _ => DnsOutcome.ServFail,
    };
}
