using Merpati.Mail.Intake;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>Refuses a message that has passed through too many hosts: it goes round in a loop (RFC 5321 §6.3).</summary>
internal sealed class LoopStep : IntakeStep
{
    private readonly int _maxHops;
    private HopCounter _counter;

    public LoopStep(int maxHops) => _maxHops = maxHops;

    public override void See(ReadOnlySpan<byte> octets) => _counter.Append(octets);

    public override ValueTask<IntakeVerdict> JudgeAsync(CancellationToken cancellation) => new(_counter.Hops > _maxHops ? IntakeVerdict.Loop : IntakeVerdict.Accepted);
}
