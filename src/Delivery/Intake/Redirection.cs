using System.Text;
using Merpati.Delivery.Routing;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;

namespace Merpati.Delivery.Intake;

/// <summary>How a message goes on when an address of ours leads it to another host: under which reverse-path, and what stands on top of it.</summary>
internal sealed class Redirection
{
    private readonly RouteFinder _finder;
    private readonly MailPath _original;
    private MailPath? _reversePath;

    public Redirection(RouteFinder finder, MailPath original)
    {
        _finder = finder;
        _original = original;
    }

    /// <summary>A sender of ours passes SPF anyway; the null path stays null, so that nothing can answer a notice (RFC 5321 §4.5.5).</summary>
    public async ValueTask<MailPath> FindReversePathAsync(CancellationToken cancellation)
    {
        if (_reversePath is not null) return _reversePath;
        if (_finder.Options.Relay.Srs is not { } srs || _original.Address is not { } sender) return _reversePath = _original;
        var isOurs = (await _finder.Addresses.FindAsync(sender, cancellation)).DomainIsOurs;
        return _reversePath = isOurs ? _original : srs.Rewrite(_original);
    }

    /// <summary>The Delivered-To field by which a message is known that comes back to the address which redirected it.</summary>
    public static byte[] DeliveredTo(EmailAddress address) => Encoding.UTF8.GetBytes($"Delivered-To: {address}\r\n");

    /// <summary>
    /// What is asked for a redirected recipient (RFC 3461 §5.2.7): the sender named the address of ours, and it stays the original recipient.
    /// </summary>
    public static RecipientNotices? PassOn(Recipient recipient) => recipient.Notices is { Original: null } notices
        ? notices with { Original = new OriginalRecipient(recipient.Address.IsAscii ? "rfc822" : "utf-8", recipient.Address.ToString()) }
        : recipient.Notices;

    /// <summary>The same for a member of a group: that the group has taken it is the success; which of its members did is nobody's business.</summary>
    public static RecipientNotices? PassOnToMember(Recipient recipient)
    {
        if (PassOn(recipient) is not { } notices) return null;
        var left = notices.Notify & ~NotifyConditions.Success;
        return notices with { Notify = left == NotifyConditions.Unstated && notices.Notify != left ? NotifyConditions.Never : left };
    }
}
