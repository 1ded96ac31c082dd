using Merpati.Mail.Addresses;
using Merpati.Smtp.Client;
using Merpati.Smtp.Grammar;
using Merpati.Wire.Connections;

namespace Merpati.Smtp.Server.Commands;

/// <summary>
/// ATRN (RFC 2645) and TURN (RFC 821 §3.8) reverse the roles: after the answer this host sends, over the same connection, what waits for the domains of
/// a user who has logged in and whom the configuration names as their owner. To all others TURN does not exist: whoever asks would get another's mail.
/// </summary>
internal static class ReversalCommands
{
    public static readonly SmtpCommand Atrn = new("ATRN", AtrnAsync, SmtpPhase.Greeted, CommandFlags.Idle | CommandFlags.EndsGroup)
    {
        IsOffered = HasOwners,
        Continuation = CarryAsync,
        Help = ["ATRN [domain,...]", "Lets this server send you what waits for your domains, over this connection."],
    };

    public static readonly SmtpCommand Turn = new("TURN", TurnAsync, SmtpPhase.Any, CommandFlags.Idle | CommandFlags.EndsGroup)
    {
        IsOffered = HasOwners,
        Continuation = CarryAsync,
        Help = ["TURN", "Like ATRN without a domain; for owners of a domain only."],
    };

    private const int MaxDomains = 100;

    public static bool HasOwners(SmtpService service) => service.Partners.OnDemand is { HasOwners: true };

    private static ValueTask<SmtpAnswer> AtrnAsync(SmtpSession session, CommandLine line)
    {
        // RFC 2645 §5.2: only after AUTH.
        if (session.Facts.Submitter is not { } user) return new(SmtpRejection.NeedAuthentication);
        var owned = session.Service.Partners.OnDemand!.OwnedBy(user.Address);
        if (line.Argument.IsEmpty) return owned.Count == 0 ? new(SmtpRejection.ReversalRefused) : ReverseAsync(session, owned);
        if (Parse(line.Argument.Span) is not { } named) return new(SmtpRejection.BadDomainList);

        // RFC 2645 §5.2.1: one that is not his, and nothing is sent.
        return named.TrueForAll(owned.Contains) ? ReverseAsync(session, named) : new(SmtpRejection.ReversalRefused);
    }

    private static ValueTask<SmtpAnswer> TurnAsync(SmtpSession session, CommandLine line)
    {
        var owned = session.Facts.Submitter is { } user ? session.Service.Partners.OnDemand!.OwnedBy(user.Address) : [];
        if (owned.Count == 0) return new(SmtpRejection.NotImplemented);
        if (!line.Argument.IsEmpty) return new(SmtpRejection.UnexpectedArgument);
        return session.Transaction is not null ? new(SmtpRejection.InTransaction) : ReverseAsync(session, owned);
    }

    private static async ValueTask<SmtpAnswer> ReverseAsync(SmtpSession session, IReadOnlyList<Domain> domains)
    {
        try
        {
            if (!await session.Service.Partners.OnDemand!.HasMailAsync(domains, CancellationToken.None)) return SmtpRejection.NoMailWaits;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            SmtpLog.QueueFailed(session.Service.Logger, failure, session.Facts.ClientAddress);
            return SmtpRejection.ReversalFailed;
        }

        session.Reversal = domains;
        return new SmtpAnswer(SmtpReplies.Reversing) { Continues = true };
    }

    private static async ValueTask<SmtpAnswer> CarryAsync(SmtpSession session, WireConnection connection)
    {
        var service = session.Service;
        var client = new SmtpClient(connection, new SmtpClientOptions { HostName = service.Options.HostName }, service.Time);
        session.NoteEnd("reversed");
        try
        {
            await service.Partners.OnDemand!.CarryAsync(session.Reversal, client, session.Facts.ClientAddress, CancellationToken.None);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // What was claimed waits until its lease ends, and nothing else is lost.
            SmtpLog.QueueFailed(service.Logger, failure, session.Facts.ClientAddress);
        }

        return SmtpAnswer.ClientGone;
    }

    private static List<Domain>? Parse(ReadOnlySpan<byte> argument)
    {
        var domains = new List<Domain>();
        foreach (var range in argument.Split((byte)','))
        {
            if (domains.Count == MaxDomains || !Domain.TryParse(argument[range].Trim((byte)' '), out var domain)) return null;
            domains.Add(domain);
        }

        return domains;
    }
}
