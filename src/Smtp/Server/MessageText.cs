using Merpati.Mail.Intake;
using Merpati.Wire.Lines;

namespace Merpati.Smtp.Server;

/// <summary>Hands the text of a message to the intake up to the limit, in octets; the rest is dropped.</summary>
internal sealed class MessageText(IIncomingMessage message, long limit) : IOctetSink
{
    private long _left = limit;

    /// <summary>Whether there was more than the limit.</summary>
    public bool IsTooBig { get; private set; }

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<byte> octets)
    {
        IsTooBig |= octets.Length > _left;
        if (IsTooBig) return;
        _left -= octets.Length;
        message.Append(octets);
    }
}
