using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>
/// Judges a group at RCPT without its members: who may post to it, and whether what is posted can be delivered. The policy of the group that is
/// written to decides; those of groups nested in it do not matter.
/// </summary>
internal sealed class GroupGate
{
    private readonly RouteFinder _finder;
    private readonly GroupShapes _shapes;

    public GroupGate(RouteFinder finder)
    {
        _finder = finder;
        _shapes = new GroupShapes(finder);
    }

    /// <summary>Local when the group may be written to, else the refusal.</summary>
    public async ValueTask<RecipientStanding> JudgeAsync(GroupRecord group, RecipientQuestion question, CancellationToken cancellation)
    {
        var shape = await _shapes.FindAsync(group.Id, cancellation);
        if (!await MayPostAsync(group, shape, question, cancellation)) return RecipientStanding.MayNotPost;
        if (shape.Loops) return RecipientStanding.Loop;
        if (OtherHosts.Judge(shape.LeadsAbroad, _finder.Options.Relay) is { } refusal) return refusal;

        // A group that reaches nobody would swallow what it accepts.
        return shape.ReachesAnybody ? RecipientStanding.Local : RecipientStanding.NoSuchUser;
    }

    private async ValueTask<bool> MayPostAsync(GroupRecord group, GroupShape shape, RecipientQuestion question, CancellationToken cancellation)
    {
        if (group.Settings.Policy == PostingPolicy.Anyone) return true;

        // A notice without a sender belongs to no conversation, whoever handed it in.
        if (question.ReversePath.IsNull) return false;
        var local = question.ReversePath.Local!;
        if (await _finder.CompleteAsync(local, question.ReversePath.Domain, cancellation) is { } sender
            && await IsPosterAsync(group, shape, sender, cancellation)) return true;
        return question.Submitter is { } submitter && await IsPosterAsync(group, shape, submitter.Address, cancellation);
    }

    private async ValueTask<bool> IsPosterAsync(GroupRecord group, GroupShape shape, EmailAddress poster, CancellationToken cancellation)
    {
        var key = AddressKey.Of(poster);
        foreach (var named in group.Settings.Posters)
        {
            if (AddressKey.Of(named) == key) return true;
        }

        if (group.Settings.Policy != PostingPolicy.Members) return false;
        if (shape.Indirect.Contains(key)) return true;
        foreach (var id in shape.Groups)
        {
            if (await _finder.Addresses.IsMemberAsync(id, poster, cancellation)) return true;
        }

        return false;
    }
}
