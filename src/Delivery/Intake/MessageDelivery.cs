using Merpati.Delivery.Routing;
using Merpati.Delivery.Terminals;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Intake;
using Merpati.Mail.Messages;
using Merpati.Mail.Terminals;
using Merpati.Storage.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>
/// The end of one message: to the mailboxes in one transaction, to the terminals, or to each where the envelope wants it (RFC 821 §3.4). Only accounts
/// that a recipient leads to without a group are reached at their terminals.
/// </summary>
internal sealed class MessageDelivery
{
    private const int Attempts = 3; // members of groups may go while the message is stored

    private readonly StoreIntake _intake;
    private readonly Envelope _envelope;
    private readonly QueueId _id;
    private readonly Spool _text;
    private readonly DateTimeOffset _receivedAt;

    public MessageDelivery(StoreIntake intake, Envelope envelope, QueueId id, Spool text, DateTimeOffset receivedAt)
    {
        _intake = intake;
        _envelope = envelope;
        _id = id;
        _text = text;
        _receivedAt = receivedAt;
    }

    public bool CallerIsPrompt { get; init; }

    /// <summary>Whether the message has octets above 127.</summary>
    public bool HasEightBit { get; init; }

    private RouteFinder Finder => _intake.Surroundings.Directory.Finder;

    private IEnumerable<LocalRecipient> Locals => _envelope.Recipients.OfType<LocalRecipient>();

    private TerminalHub Terminals => _intake.Surroundings.Terminals;

    private bool FitsTerminal => _text.Length <= TerminalHub.MaxMessageOctets;

    public async ValueTask<IntakeVerdict> RunAsync(CancellationToken cancellation)
    {
        var verdict = await DeliverAsync(cancellation);
        if (verdict == IntakeVerdict.Accepted && _envelope.Way != DeliveryWay.Terminal) await SuccessNotices.SendAsync(_intake, _envelope, _id, _text, _receivedAt);
        return verdict;
    }

    private ValueTask<IntakeVerdict> DeliverAsync(CancellationToken cancellation) => _envelope.Way switch
    {
        DeliveryWay.Terminal => new ValueTask<IntakeVerdict>(Send()),
        DeliveryWay.TerminalOrMailbox => SendOrMailAsync(cancellation),
        DeliveryWay.TerminalAndMailbox => SendAndMailAsync(cancellation),
        _ => StoreAsync([], cancellation),
    };

    // All users or none: one answer stands for them all.
    private IntakeVerdict Send()
    {
        if (!FitsTerminal) return IntakeVerdict.TooBig;
        var accounts = new HashSet<long>();
        foreach (var recipient in Locals)
        {
            foreach (var account in recipient.Accounts) accounts.Add(account.AccountId);
        }

        return Terminals.TryHand(accounts, ToTerminal()) ? IntakeVerdict.Accepted : IntakeVerdict.NotAttached;
    }

    private async ValueTask<IntakeVerdict> SendOrMailAsync(CancellationToken cancellation)
    {
        var seated = Seated();
        var verdict = await StoreAsync(seated, cancellation);
        if (verdict != IntakeVerdict.Accepted || seated.Count == 0) return verdict;

        // Who got up meanwhile, or reads nothing, gets it into the mailbox. The others have it, so no quota may refuse it now.
        var left = new DeliveryList(TraceFields.ReturnPath(_envelope.ReversePath));
        var message = ToTerminal();
        foreach (var account in seated)
        {
            if (!Terminals.TryHand([account.AccountId], message)) left.Add(account.MailboxId, left.ReturnPath, enforceQuota: false);
        }

        return left.Entries.Count == 0 ? verdict : await StoreAsync(left, new DepartureList(_intake.Surroundings.Routes), cancellation);
    }

    private async ValueTask<IntakeVerdict> SendAndMailAsync(CancellationToken cancellation)
    {
        var verdict = await StoreAsync([], cancellation);
        if (verdict != IntakeVerdict.Accepted || Seated() is not { Count: > 0 } seated) return verdict;
        var message = ToTerminal();
        foreach (var account in seated) Terminals.TryHand([account.AccountId], message); // the mailbox has it, whatever becomes of this
        return verdict;
    }

    // The users who can be reached at a terminal now.
    private List<AccountTarget> Seated()
    {
        var seated = new List<AccountTarget>();
        if (!FitsTerminal) return seated;
        foreach (var recipient in Locals)
        {
            foreach (var account in recipient.Accounts)
            {
                if (account.AcceptsTerminal && Terminals.IsAttached(account.AccountId) && !seated.Contains(account)) seated.Add(account);
            }
        }

        return seated;
    }

    // Stores the message for all recipients but the given accounts.
    private async ValueTask<IntakeVerdict> StoreAsync(List<AccountTarget> butFor, CancellationToken cancellation)
    {
        if (!_intake.Surroundings.Messages.HasRoomFor(_text.Length)) return IntakeVerdict.NoSpace;
        var verdict = IntakeVerdict.RecipientGone;
        for (var attempt = 0; attempt < Attempts && verdict == IntakeVerdict.RecipientGone; attempt++)
        {
            var deliveries = new DeliveryList(TraceFields.ReturnPath(_envelope.ReversePath));
            foreach (var account in butFor) deliveries.PassOver(account.MailboxId);
            var departures = new DepartureList(_intake.Surroundings.Routes);
            var mayShrink = await FillAsync(deliveries, departures, logsMissing: attempt == 0, cancellation);
            if (mayShrink is null) return IntakeVerdict.RecipientGone;
            if (deliveries.Entries.Count == 0 && departures.IsEmpty) return butFor.Count > 0 ? IntakeVerdict.Accepted : IntakeVerdict.RecipientGone;
            verdict = await StoreAsync(deliveries, departures, cancellation);
            if (mayShrink == false) break;
        }

        return verdict;
    }

    private async ValueTask<IntakeVerdict> StoreAsync(DeliveryList deliveries, DepartureList departures, CancellationToken cancellation)
    {
        var acceptance = new Acceptance(_text, deliveries.Entries, _receivedAt)
        {
            CallerIsPrompt = CallerIsPrompt,
            Sendings = departures.IsEmpty ? [] : departures.ToSendings(_envelope, _id, HasEightBit, _intake.Shares),
        };
        switch (await _intake.Surroundings.Messages.AcceptAsync(acceptance, cancellation))
        {
            case AcceptOutcome.Done:
                if (!departures.IsEmpty) _intake.Surroundings.QueueGrew?.Invoke();
                return IntakeVerdict.Accepted;
            case AcceptOutcome.OverQuota:
                return IntakeVerdict.OverQuota;
            default:
                return IntakeVerdict.RecipientGone;
        }
    }

    // Two recipients may lead to one mailbox (postmaster and its holder): it gets the message once, and once for all groups that have it.
    // Whether there are groups, whose members may be others at the next attempt; null when a group cannot be delivered to any more.
    private async ValueTask<bool?> FillAsync(DeliveryList deliveries, DepartureList departures, bool logsMissing, CancellationToken cancellation)
    {
        var redirection = new Redirection(Finder, _envelope.ReversePath);
        foreach (var recipient in _envelope.Recipients)
        {
            if (recipient is LocalRecipient local) await FillAsync(deliveries, departures, local, redirection, cancellation);
            else departures.Add(_envelope.ReversePath, [], recipient.Address, recipient.Notices);
        }

        GroupExpansion? expansion = null;
        foreach (var recipient in Locals)
        {
            foreach (var group in recipient.Groups)
            {
                expansion ??= new GroupExpansion(Finder, deliveries, departures, redirection);
                await expansion.AddAsync(recipient, group, cancellation);
            }
        }

        if (expansion is null) return false;

        // Changed since RCPT: the client tries again and is told there.
        if (OtherHosts.Judge(expansion.LeadsAbroad, Finder.Options.Relay) is not null || expansion.Loops || expansion.HasCircle) return null;
        if (logsMissing && expansion.Unreachable > 0) DeliveryLog.MembersPassedOver(_intake.Log, _id, expansion.Unreachable, expansion.FirstUnreachable);
        return true;
    }

    private static async ValueTask FillAsync(
        DeliveryList deliveries, DepartureList departures, LocalRecipient recipient, Redirection redirection, CancellationToken cancellation)
    {
        foreach (var account in recipient.Accounts) deliveries.Add(account.MailboxId, deliveries.ReturnPath, enforceQuota: true);
        if (recipient.Abroad.Length == 0) return;
        var trace = Redirection.DeliveredTo(recipient.Address);
        var reversePath = await redirection.FindReversePathAsync(cancellation);
        foreach (var address in recipient.Abroad) departures.Add(reversePath, trace, address, Redirection.PassOn(recipient));
    }

    private TerminalMessage ToTerminal()
    {
        var text = new byte[_text.Length];
        _text.Read(0, text);
        return new TerminalMessage(_id, _envelope.ReversePath, _receivedAt, text);
    }
}
