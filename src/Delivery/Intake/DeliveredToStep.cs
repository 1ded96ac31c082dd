using System.Text;
using Merpati.Delivery.Routing;
using Merpati.Mail.Intake;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>
/// Refuses a message that an address of ours has sent to another host before and that has come back to it: it carries the Delivered-To field which
/// that redirection put there (RFC 9228).
/// </summary>
internal sealed class DeliveredToStep : IntakeStep
{
    private const int MaxOctetsKept = 16 * 1024;

    private readonly HeaderFields _fields = new(MaxOctetsKept, "delivered-to");
    private readonly List<LocalRecipient> _redirected;

    public DeliveredToStep(List<LocalRecipient> redirected) => _redirected = redirected;

    public override void See(ReadOnlySpan<byte> octets) => _fields.Append(octets);

    public override ValueTask<IntakeVerdict> JudgeAsync(CancellationToken cancellation)
    {
        _fields.Finish();
        foreach (var body in _fields.Bodies(0))
        {
            var text = Encoding.UTF8.GetString(body.Span).Trim();
            foreach (var recipient in _redirected)
            {
                if (text.Equals(recipient.Address.ToString(), StringComparison.OrdinalIgnoreCase)) return new ValueTask<IntakeVerdict>(IntakeVerdict.Loop);
            }
        }

        return new ValueTask<IntakeVerdict>(IntakeVerdict.Accepted);
    }
}
