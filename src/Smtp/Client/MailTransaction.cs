using Merpati.Mail.Addresses;
using Merpati.Mail.Status;

namespace Merpati.Smtp.Client;

/// <summary>One message to one server, from MAIL to the reply to its end (RFC 5321 §3.3). Single use.</summary>
internal sealed class MailTransaction(SmtpDialogue dialogue, SmtpCapabilities offered, OutgoingMessage message)
{
    private const int Mail = -1;
    private const int Data = int.MaxValue;
    private const int MaxGroupOctets = 16 * 1024; // of commands whose replies are not read yet: fewer than any socket holds (RFC 2920 §3.1)

    private readonly MessageNeeds _needs = MessageNeeds.Of(message);
    private readonly RecipientReport?[] _reports = new RecipientReport?[message.Recipients.Count];
    private readonly List<int> _accepted = [];
    private int[] _tried = [];
    private SmtpStep? _mail;
    private SmtpStep? _data;
    private int _next;
    private bool _isFull;
    private bool _mailIsSaid;
    private bool _dataIsSaid;
    private bool _isEnded;

    /// <summary>Whether the server may still be in the transaction.</summary>
    public bool IsOpen => HasBegun && !_isEnded;

    /// <summary>Whether the server has counted it as one (RFC 9422 §3.1).</summary>
    public bool HasBegun => _mail is { IsDone: true };

    public async Task<SendOutcome> RunAsync(CancellationToken cancellation)
    {
        var outcome = _needs.Judge(offered, message.Text.Length);
        if (outcome != SendOutcome.Offered)
        {
            var (status, text) = MessageNeeds.Describe(outcome);
            Settle(RecipientOutcome.Refused, status, text);
            return outcome;
        }

        _tried = Admit();
        await EnvelopeAsync(cancellation);
        if (dialogue.Ending is null) await TextAsync(cancellation);
        if (dialogue.Ending is { } ending) Settle(ending);
        else Settle(RecipientOutcome.Later, new EnhancedStatusCode(4, 5, 3), "the server takes no more recipients at once");
        return outcome;
    }

    /// <summary>A report for each recipient, in the message's order.</summary>
    public IReadOnlyList<RecipientReport> Reports() => [.. _reports.Select(static report => report!)];

    // RFC 9422 §3.2, §3.3: the server has said how many it takes at once.
    private int[] Admit()
    {
        var most = offered.MaxRecipients ?? int.MaxValue;
        var domains = new HashSet<Domain>();
        var admitted = new List<int>(Math.Min(most, message.Recipients.Count));
        for (var i = 0; i < message.Recipients.Count && admitted.Count < most; i++)
        {
            var domain = message.Recipients[i].Address.Domain;
            if (!domains.Contains(domain) && domains.Count >= (offered.MaxRecipientDomains ?? int.MaxValue)) continue;
            domains.Add(domain);
            admitted.Add(i);
        }

        return [.. admitted];
    }

    // MAIL, RCPT for each and, where the text goes by it, DATA: one by one, or in groups with DATA as the last of one (RFC 2920 §3.1).
    private async ValueTask EnvelopeAsync(CancellationToken cancellation)
    {
        var perGroup = offered.HasPipelining ? Math.Max(dialogue.Options.MaxPipelined, 1) : 1;
        var group = new List<int>();
        while (true)
        {
            group.Clear();
            var octets = 0;
            while (group.Count < perGroup && octets < MaxGroupOctets && Next(repliesPending: group.Count > 0) is { } command)
            {
                octets += Say(command);
                group.Add(command);
            }

            if (group.Count == 0) return;
            foreach (var command in group)
            {
                await HearAsync(command, cancellation);
                if (dialogue.Ending is not null) return;
            }
        }
    }

    // The next command, a recipient by its place among those to be tried; null when there is nothing more to say for now.
    private int? Next(bool repliesPending)
    {
        if (!_mailIsSaid) return Mail;
        if (_mail is { IsDone: false } || _dataIsSaid) return null;
        if (_next < _tried.Length && !_isFull) return _next;
        if (_needs.Binary) return null;
        return _accepted.Count > 0 || repliesPending ? Data : null; // whether anybody is accepted may not be known yet
    }

    private int Say(int command)
    {
        var line = command switch
        {
            Mail => CommandText.Mail(message, _needs, offered),
            Data => "DATA",
            _ => CommandText.Recipient(message.Recipients[_tried[command]], _needs, offered),
        };
        dialogue.Write(line);
        if (command == Mail) _mailIsSaid = true;
        else if (command == Data) _dataIsSaid = true;
        else _next++;
        return line.Length;
    }

    private async ValueTask HearAsync(int command, CancellationToken cancellation)
    {
        var timeouts = dialogue.Options.Timeouts;
        var step = await dialogue.ReadAsync(command switch { Mail => timeouts.Mail, Data => timeouts.DataBegin, _ => timeouts.Recipient }, cancellation);
        if (dialogue.Ending is not null) return;

        // RFC 5321 §4.3.2: 354 is the yes to DATA and to nothing else.
        if (step.IsDone && (command == Data ? step.Reply!.Code != 354 : !step.Reply!.IsPositive)) dialogue.EndUnexpected(step);
        else if (command == Mail) _mail = step;
        else if (command == Data) _data = step;
        else HearRecipient(_tried[command], step);
    }

    private void HearRecipient(int recipient, SmtpStep step)
    {
        if (_mail is { IsDone: false }) return; // what the server says of a recipient without a sender says nothing
        if (step.IsDone)
        {
            _accepted.Add(recipient);
            return;
        }

        var outcome = step.Outcome == SmtpOutcome.Refused ? RecipientOutcome.Refused : RecipientOutcome.Deferred;
        if (IsAboutTooMany(step))
        {
            // RFC 5321 §4.5.3.1.10: 452, or 552 from older ones, says that these are enough, if there are some.
            outcome = _accepted.Count > 0 ? RecipientOutcome.Later : RecipientOutcome.Deferred;
            _isFull = _accepted.Count > 0;
        }

        Report(recipient, outcome, step);
    }

    private static bool IsAboutTooMany(SmtpStep step) =>
        step.Reply is { Code: 452 or 552 } reply && (reply.Status is null || reply.Status is { Subject: 5, Detail: 3 });

    private async ValueTask TextAsync(CancellationToken cancellation)
    {
        if (_mail is { IsDone: false } refused)
        {
            SettleByAnswer(Enumerable.Range(0, _reports.Length), refused);
        }

        if (_mail is not { IsDone: true } || _accepted.Count == 0)
        {
            if (_data is { IsDone: true }) await EndNothingAsync(cancellation);
            return;
        }

        if (!_needs.Binary && _data is not { IsDone: true })
        {
            SettleByAnswer(_accepted, _data!);
            return;
        }

        var sender = new TextSender(dialogue, message.Text, cancellation);
        var sent = _needs.Binary ? await sender.SendChunkAsync() : await sender.SendDottedAsync();
        if (!sent.IsWhole)
        {
            SettleUnsent(sent);
            return;
        }

        await VerdictAsync(cancellation);
    }

    private void SettleUnsent(TextOutcome sent)
    {
        if (sent.IsUnfit)
        {
            Settle(RecipientOutcome.Refused, new EnhancedStatusCode(5, 6, 0), sent.Step!.Text);
            return;
        }

        // An LMTP server that speaks before the end has not spoken of each.
        if (!dialogue.Options.IsLmtp) SettleByAnswer(_accepted, sent.Step!);
    }

    // RFC 2920 §3.1: a server that takes DATA for nobody gets a message of nothing, and whatever it says of it does not matter.
    private async ValueTask EndNothingAsync(CancellationToken cancellation)
    {
        if (dialogue.Options.IsLmtp)
        {
            dialogue.EndUnexpected(_data!); // RFC 2033 §4.2: it must refuse, and will not answer
            return;
        }

        _isEnded = true;
        await dialogue.AskAsync(".", dialogue.Options.Timeouts.DataEnd, cancellation);
    }

    private async ValueTask VerdictAsync(CancellationToken cancellation)
    {
        _isEnded = true;
        if (!dialogue.Options.IsLmtp)
        {
            var step = await dialogue.ReadAsync(dialogue.Options.Timeouts.DataEnd, cancellation);
            foreach (var recipient in _accepted) ReportVerdict(recipient, step);
            return;
        }

        // RFC 2033 §4.2: one reply for each recipient that was accepted, in their order.
        foreach (var recipient in _accepted) ReportVerdict(recipient, await dialogue.ReadAsync(dialogue.Options.Timeouts.DataEnd, cancellation));
    }

    private void ReportVerdict(int recipient, SmtpStep step)
    {
        if (step is { IsDone: true, Reply.IsPositive: false }) step = dialogue.EndUnexpected(step);
        var outcome = step.Outcome switch
        {
            SmtpOutcome.Done => RecipientOutcome.Delivered,
            SmtpOutcome.Deferred => RecipientOutcome.Deferred,
            SmtpOutcome.Refused => RecipientOutcome.Refused,
            _ => RecipientOutcome.Unknown,
        };
        Report(recipient, outcome, step);
    }

    private void SettleByAnswer(IEnumerable<int> recipients, SmtpStep step)
    {
        var outcome = step.Outcome == SmtpOutcome.Refused ? RecipientOutcome.Refused : RecipientOutcome.Deferred;
        foreach (var recipient in recipients) Report(recipient, outcome, step);
    }

    private void Settle(SmtpStep ending)
    {
        for (var i = 0; i < _reports.Length; i++) Report(i, RecipientOutcome.Deferred, ending, ending.Status.Class == 4 ? null : new EnhancedStatusCode(4, 4, 2));
    }

    private void Settle(RecipientOutcome outcome, EnhancedStatusCode status, string text)
    {
        for (var i = 0; i < _reports.Length; i++) _reports[i] ??= new RecipientReport(message.Recipients[i], outcome, status, null, text);
    }

    // The first word about a recipient stands.
    private void Report(int recipient, RecipientOutcome outcome, SmtpStep step, EnhancedStatusCode? status = null) =>
        _reports[recipient] ??= new RecipientReport(message.Recipients[recipient], outcome, status ?? step.Status, step.Reply, step.Text);
}
