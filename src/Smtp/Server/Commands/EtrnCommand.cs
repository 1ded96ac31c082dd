using Merpati.Mail.Addresses;
using Merpati.Smtp.Grammar;

namespace Merpati.Smtp.Server.Commands;

/// <summary>ETRN asks for what is queued for a node (RFC 1985). As long as nothing is queued for anybody it says that it cannot.</summary>
internal static class EtrnCommand
{
    public static readonly SmtpCommand Row = new("ETRN", ExecuteAsync, SmtpPhase.Greeted, CommandFlags.Idle)
    {
        IsOffered = static service => service.Options.Etrn != SmtpAudience.Nobody,
        Help = ["ETRN domain, ETRN @domain or ETRN #queue", "Asks to send what is queued for it."],
    };

    private static ValueTask<SmtpAnswer> ExecuteAsync(SmtpSession session, CommandLine line)
    {
        // RFC 1985 §5.3: "@" is the domain with all below it, "#" a queue by name.
        var node = line.Argument.Span;
        if (node is [(byte)'@' or (byte)'#', .. var rest]) node = rest;
        if (!Domain.TryParse(node, out var domain)) return new(SmtpRejection.BadNodeName);
        if (!session.Facts.IsIn(session.Service.Options.Etrn)) return new(SmtpRejection.NodeRefused);
        var row = SmtpRejections.Of(SmtpRejection.NodeNotQueued);
        return new(new SmtpAnswer(SmtpReply.Create(row.Code, row.Status, $"{row.Text} {domain}"), row.Rejection));
    }
}
