using Merpati.Mail.Addresses;
using Merpati.Mail.Directory;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Terminals;
using Merpati.Storage;
using Merpati.Storage.Accounts;
using Merpati.Storage.Addressing;

namespace Merpati.Delivery.Routing;

/// <summary>
/// Answers for recipients: accounts, aliases, groups, forwards, <c>user+detail</c>, who catches the rest of a domain, and postmaster. It asks the store
/// anew each time, so what an administrator changes holds from the next question on.
/// </summary>
public sealed class MailDirectory : IDirectory
{
    private readonly ITerminals _terminals;
    private readonly GroupGate _gate;

    /// <summary>A directory over a store.</summary>
    public MailDirectory(IAccountStore accounts, IAddressStore addresses, DefaultDomain defaultDomain, ITerminals terminals, RoutingOptions options)
    {
        Finder = new RouteFinder(accounts, addresses, defaultDomain, options);
        _terminals = terminals;
        _gate = new GroupGate(Finder);
    }

    internal RouteFinder Finder { get; }

    /// <inheritdoc/>
    public async ValueTask<RecipientAnswer> ResolveAsync(RecipientQuestion question, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (question.Recipient.Local is not { } local) return new RecipientAnswer(RecipientStanding.NoSuchUser);
        try
        {
            if (await Finder.CompleteAsync(local, question.Recipient.Domain, cancellation) is not { } address) return new RecipientAnswer(RecipientStanding.NoSuchUser);
            if (Finder.Options.Relay.Srs is { } srs && srs.IsOurs(address))
            {
                // What was rewritten is there for notices alone: whoever else writes to it would use us as a relay.
                if (!question.ReversePath.IsNull || !srs.TryReverse(address, out var original)) return new RecipientAnswer(RecipientStanding.NoSuchUser);
                return await ReturnAsync(original, question, cancellation);
            }

            return await AnswerAsync(address, question, cancellation);
        }
        catch (StoreException)
        {
            return new RecipientAnswer(RecipientStanding.Unavailable);
        }
    }

    private async ValueTask<RecipientAnswer> AnswerAsync(EmailAddress address, RecipientQuestion question, CancellationToken cancellation)
    {
        var route = await Finder.FindAsync(address, mayCatch: true, cancellation);
        if (route.DeadEnd == RecipientStanding.Foreign) return Relay(address, question);
        var standing = await JudgeAsync(route, question, cancellation);
        return standing == RecipientStanding.Local ? Accept(address, route, question.Notices) : new RecipientAnswer(standing, NewAddress: NewAddress(standing, route));
    }

    // A notice that comes back for what was redirected: it goes on to who sent that, wherever it came from.
    private ValueTask<RecipientAnswer> ReturnAsync(EmailAddress original, RecipientQuestion question, CancellationToken cancellation) =>
        AnswerAsync(original, question with { IsTrusted = true }, cancellation);

    private RecipientAnswer Relay(EmailAddress address, RecipientQuestion question)
    {
        var standing = OtherHosts.JudgeForeign(address, question, Finder.Options.Relay);
        if (standing != RecipientStanding.Local) return new RecipientAnswer(standing);

        // RFC 821 §3.4: a terminal of another host is not ours to reach.
        if (question.Way == DeliveryWay.Terminal) return new RecipientAnswer(RecipientStanding.NoTerminal);
        return new RecipientAnswer(standing, new RemoteRecipient(address) { Notices = question.Notices });
    }

    private static EmailAddress? NewAddress(RecipientStanding standing, Route route) => standing == RecipientStanding.Moved ? route.NewAddress : null;

    private static RecipientAnswer Accept(EmailAddress address, Route route, RecipientNotices? notices)
    {
        var accounts = new AccountTarget[route.Accounts.Count];
        for (var i = 0; i < accounts.Length; i++)
        {
            var entry = route.Accounts[i];
            accounts[i] = new AccountTarget(entry.Account!.Id, entry.Account.InboxId, TakesTerminal(entry));
        }

        GroupTarget[] groups = route.Groups.Count == 0 ? [] : [.. route.Groups.Select(group => new GroupTarget(group.Id, group.Address, group.Settings.Name))];
        var recipient = new LocalRecipient(address, accounts, groups) { Notices = notices, Abroad = [.. route.Abroad] };
        return route.Forward is { Mode: ForwardMode.Forward } forward
            ? new RecipientAnswer(RecipientStanding.Forwarded, recipient, forward.Target)
            : new RecipientAnswer(RecipientStanding.Local, recipient);
    }

    private static bool TakesTerminal(AddressEntry entry) => entry.Room is { Settings.AcceptsTerminal: true };

    private async ValueTask<RecipientStanding> JudgeAsync(Route route, RecipientQuestion question, CancellationToken cancellation)
    {
        if (route.Loops) return RecipientStanding.Loop;
        if (OtherHosts.Judge(route.LeadsAbroad, Finder.Options.Relay) is { } refusal) return refusal;
        if (!route.IsWhole) return route.DeadEnd == RecipientStanding.Local ? RecipientStanding.NoSuchUser : route.DeadEnd;
        if (question.Way == DeliveryWay.Terminal) return JudgeTerminal(route);
        foreach (var group in route.Groups)
        {
            if (await _gate.JudgeAsync(group, question, cancellation) is not RecipientStanding.Local and var closed) return closed;
        }

        var standing = RecipientStanding.Local;
        foreach (var entry in route.Accounts)
        {
            var room = QuotaJudge.Judge(entry.Room, question.DeclaredOctets);
            if (room == RecipientStanding.LargerThanQuota) return room;
            if (room != RecipientStanding.Local) standing = room;
        }

        return standing;
    }

    // RFC 821 §3.4: SEND is for one user who sits at a terminal.
    private RecipientStanding JudgeTerminal(Route route)
    {
        if (route.Groups.Count > 0 || route.LeadsAbroad || route.Accounts.Count != 1 || !TakesTerminal(route.Accounts[0])) return RecipientStanding.NoTerminal;
        return _terminals.IsAttached(route.Accounts[0].Account!.Id) ? RecipientStanding.Local : RecipientStanding.NotAttached;
    }
}
