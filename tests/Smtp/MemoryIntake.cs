using System.Text;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;

namespace Merpati.Smtp.Tests;

/// <summary>Keeps what it accepts in memory, answers whatever verdict it is told to, and knows what was begun and not disposed.</summary>
internal sealed class MemoryIntake : IIntake
{
    private long _lastId;

    public IntakeVerdict AtMail { get; init; } = IntakeVerdict.Accepted;

    public IntakeVerdict AtCommit { get; init; } = IntakeVerdict.Accepted;

    /// <summary>What commits wait for.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    public List<long> Asked { get; } = [];

    public List<StoredMessage> Messages { get; } = [];

    /// <summary>Messages begun and not disposed.</summary>
    public int Open { get; private set; }

    /// <summary>The octets of the message last begun, stored or not.</summary>
    public long LastAppended { get; private set; }

    public IntakeVerdict Ask(long declaredOctets)
    {
        Asked.Add(declaredOctets);
        return AtMail;
    }

    public IIncomingMessage Begin(Envelope envelope, bool callerIsPrompt = false)
    {
        Open++;
        LastAppended = 0;
        return new Incoming(this, envelope, new QueueId(++_lastId));
    }

    private sealed class Incoming(MemoryIntake owner, Envelope envelope, QueueId id) : IIncomingMessage
    {
        private readonly MemoryStream _octets = new();
        private bool _disposed;

        public QueueId Id => id;

        public void Append(ReadOnlySpan<byte> octets)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            owner.LastAppended += octets.Length;
            _octets.Write(octets);
        }

        public async ValueTask<IntakeVerdict> CommitAsync(CancellationToken cancellation)
        {
            await owner.Gate;
            if (owner.AtCommit == IntakeVerdict.Accepted) owner.Messages.Add(new StoredMessage(envelope, _octets.ToArray()));
            return owner.AtCommit;
        }

        public ValueTask DisposeAsync()
        {
            Assert.False(_disposed);
            _disposed = true;
            owner.Open--;
            return default;
        }
    }
}

internal sealed record StoredMessage(Envelope Envelope, byte[] Octets)
{
    public string Text => Encoding.Latin1.GetString(Octets);

    public string Recipients => string.Join(' ', Envelope.Recipients.Select(recipient => recipient.Address.ToString()));
}
