using Merpati.Mail.Intake;

namespace Merpati.Delivery.Intake;

/// <summary>Holds the limit on a message's size (RFC 1870 §6.1).</summary>
internal sealed class SizeStep : IntakeStep
{
    private readonly long _maxOctets;
    private long _octets;

    public SizeStep(long maxOctets) => _maxOctets = maxOctets;

    public override void See(ReadOnlySpan<byte> octets) => _octets += octets.Length;

    public override ValueTask<IntakeVerdict> JudgeAsync(CancellationToken cancellation) => new(_octets > _maxOctets ? IntakeVerdict.TooBig : IntakeVerdict.Accepted);
}
