using Merpati.Delivery.Routing;
using Merpati.Mail.Intake;
using Merpati.Mail.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>Refuses a message for a group through which it has gone already: it carries the group's List-Id (RFC 2919).</summary>
internal sealed class GroupLoopStep : IntakeStep
{
    private const int MaxOctetsKept = 16 * 1024;

    private readonly HeaderFields _fields = new(MaxOctetsKept, "list-id");
    private readonly List<GroupTarget> _groups;

    public GroupLoopStep(List<GroupTarget> groups) => _groups = groups;

    public override void See(ReadOnlySpan<byte> octets) => _fields.Append(octets);

    public override ValueTask<IntakeVerdict> JudgeAsync(CancellationToken cancellation)
    {
        _fields.Finish();
        foreach (var group in _groups)
        {
            var identifier = ListFields.Identifier(group.Address);
            foreach (var body in _fields.Bodies(0))
            {
                if (ListFields.Names(body.Span, identifier)) return new ValueTask<IntakeVerdict>(IntakeVerdict.Loop);
            }
        }

        return new ValueTask<IntakeVerdict>(IntakeVerdict.Accepted);
    }
}
