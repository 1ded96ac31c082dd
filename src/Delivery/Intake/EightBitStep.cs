using System.Text;

namespace Merpati.Delivery.Intake;

/// <summary>Sees whether a message has octets above 127, whatever was declared: the next host may not take them.</summary>
internal sealed class EightBitStep : IntakeStep
{
    public bool HasEightBit { get; private set; }

    public override void See(ReadOnlySpan<byte> octets) => HasEightBit = HasEightBit || !Ascii.IsValid(octets);
}
