using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;

namespace Merpati.Host.Composition;

/// <summary>Counts what an intake accepts.</summary>
internal sealed class CountingIntake(IIntake inner) : IIntake
{
    private int _accepted;

    /// <summary>How many messages were accepted.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    public IntakeVerdict Ask(long declaredOctets) => inner.Ask(declaredOctets);

    public IIncomingMessage Begin(Envelope envelope, bool callerIsPrompt = false) => new CountedMessage(this, inner.Begin(envelope, callerIsPrompt));

    private sealed class CountedMessage(CountingIntake counter, IIncomingMessage message) : IIncomingMessage
    {
        public QueueId Id => message.Id;

        public void Append(ReadOnlySpan<byte> octets) => message.Append(octets);

        public async ValueTask<IntakeVerdict> CommitAsync(CancellationToken cancellation)
        {
            var verdict = await message.CommitAsync(cancellation);
            if (verdict == IntakeVerdict.Accepted) Interlocked.Increment(ref counter._accepted);
            return verdict;
        }

        public ValueTask DisposeAsync() => message.DisposeAsync();
    }
}
