using System.Globalization;
using Merpati.Mail.Addresses;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// ETRN has what waits for a node sent as soon as possible (RFC 1985), to where it would go anyway: who asks gets nothing by it. The owner of a domain
/// may always ask.
/// </summary>
internal static class EtrnCommand
{
    public static readonly SmtpCommand Row = new("ETRN", ExecuteAsync, SmtpPhase.Greeted, CommandFlags.Idle)
    {
        IsOffered = static service => service.Partners.OnDemand is { } queue && (service.Options.Etrn != SmtpAudience.Nobody || queue.HasOwners),
        Help = ["ETRN domain, ETRN @domain or ETRN #domain", "Sends what is queued for it as soon as possible; @ means the domains below it, too."],
    };

    /// <summary>Whether a session may ask for anything at all.</summary>
    public static bool IsOpenTo(SmtpSession session) =>
        session.Service.Partners.OnDemand is { } queue
        && (session.Facts.IsIn(session.Service.Options.Etrn) || (session.Facts.Submitter is { } user && queue.OwnedBy(user.Address).Count > 0));

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        // RFC 1985 §5.3: "@" is the domain with all below it, "#" a queue by name, and our queues have the names of domains.
        var name = line.Argument.Span;
        var withBelow = name is [(byte)'@', ..];
        if (name is [(byte)'@' or (byte)'#', .. var rest]) name = rest;
        if (!Domain.TryParse(name, out var domain)) return new(SmtpRejection.BadNodeName);
        var node = new QueueNode(domain, withBelow);
        return MayAsk(session, node) ? StartAsync(session, node) : new(Naming(SmtpRejection.NodeRefused, domain));
    }

    private static bool MayAsk(SmtpSession session, QueueNode node)
    {
        if (session.Facts.IsIn(session.Service.Options.Etrn)) return true;
        return session.Facts.Submitter is { } user && !node.WithBelow && session.Service.Partners.OnDemand!.OwnedBy(user.Address).Contains(node.Domain);
    }

    private static async ValueTask<SmtpAnswer> StartAsync(SmtpSession session, QueueNode node)
    {
        int started;
        try
        {
            started = await session.Service.Partners.OnDemand!.StartAsync(node, CancellationToken.None);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The queue's store throws what it likes, and this project knows none of it. The client may try again.
            SmtpLog.QueueFailed(session.Service.Logger, failure, session.Facts.ClientAddress);
            return Naming(SmtpRejection.NodeNotQueued, node.Domain);
        }

        // RFC 1985 §5.2; the count is of recipients, which is what waits here.
        return started switch
        {
            0 => SmtpReply.Create(251, SmtpReplies.Success(0, 0), $"OK, no messages waiting for node {node.Domain}"),
            _ => SmtpReply.Create(253, SmtpReplies.Success(0, 0), string.Create(CultureInfo.InvariantCulture, $"OK, {started} pending messages for node {node.Domain} started")),
        };
    }

    private static SmtpAnswer Naming(SmtpRejection rejection, Domain domain)
    {
        var row = SmtpRejections.Of(rejection);
        return new SmtpAnswer(SmtpReply.Create(row.Code, row.Status, $"{row.Text} {domain}"), rejection);
    }
}
