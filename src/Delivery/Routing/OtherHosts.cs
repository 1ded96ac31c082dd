using Merpati.Mail.Directory;

namespace Merpati.Delivery.Routing;

/// <summary>
/// What is to be carried to other hosts: nothing, as long as there is no queue. An address of ours that leads there, be it with one of its targets
/// only, is refused at RCPT, so that nothing accepted is dropped. This is the one place that decides it.
/// </summary>
internal static class OtherHosts
{
    /// <summary>The standing of a recipient that leads to another host; null when it may be accepted.</summary>
    public static RecipientStanding? Judge(bool leadsAbroad) => leadsAbroad ? RecipientStanding.NotCarried : null;
}
