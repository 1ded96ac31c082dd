namespace Merpati.Auth.Sasl.Server;

/// <summary>What all exchanges have in common: the limit of a message, and that an exchange ends once.</summary>
internal abstract class SaslExchange : ISaslExchange
{
    // RFC 4954 §4: no mechanism's message is longer than this; each has smaller limits of its own.
    private const int MaxOctets = 12_288;

    protected static readonly SaslStep Malformed = new(SaslStatus.Malformed);
    protected static readonly SaslStep Refused = new(SaslStatus.Refused);
    protected static readonly SaslStep EmptyChallenge = new(SaslStatus.Challenge);

    private bool _isOver;

    public async ValueTask<SaslStep> NextAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_isOver || response?.Length > MaxOctets)
        {
            Dispose();
            return Malformed;
        }

        // Over unless it says otherwise, so that an exception ends it too.
        _isOver = true;
        var step = await TakeAsync(response, cancellation);
        _isOver = step.Status != SaslStatus.Challenge;
        return step;
    }

    public void Dispose()
    {
        _isOver = true;
        Erase();
    }

    protected abstract ValueTask<SaslStep> TakeAsync(ReadOnlyMemory<byte>? response, CancellationToken cancellation);

    /// <summary>Overwrites what is secret. May be called more than once.</summary>
    protected virtual void Erase()
    {
    }
}
