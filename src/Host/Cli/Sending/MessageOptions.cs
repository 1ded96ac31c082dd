using System.CommandLine;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Mail.Mime;

namespace Merpati.Host.Cli.Sending;

/// <summary>The options that say what is sent, from whom and to whom.</summary>
internal sealed class MessageOptions
{
    private readonly Option<string?> _from = new("--from") { Description = "Who sends, as in alice@example.org or \"Alice <alice@example.org>\". Default: the --user; with --message, its From field.", HelpName = "ADDRESS" };
    private readonly Option<string[]> _to = Many("--to", "Whom it is to; several after each other or with commas. With --message, the recipients in place of those of its To and Cc fields.", "ADDRESS");
    private readonly Option<string[]> _cc = Many("--cc", "Who gets a copy.", "ADDRESS");
    private readonly Option<string[]> _bcc = Many("--bcc", "Who gets a copy that the others do not see.", "ADDRESS");
    private readonly Option<string?> _replyTo = new("--reply-to") { Description = "Where answers go, if not to the sender.", HelpName = "ADDRESS" };
    private readonly Option<string?> _inReplyTo = new("--in-reply-to") { Description = "The Message-ID that this answers.", HelpName = "ID" };
    private readonly Option<string?> _subject = new("--subject") { Description = "What it is about.", HelpName = "TEXT" };
    private readonly Option<string?> _text = new("--text") { Description = "The text. Default: standard input, in UTF-8.", HelpName = "TEXT" };
    private readonly Option<string[]> _attach = Many("--attach", "A file that goes with it; several after each other.", "FILE");
    private readonly Option<string[]> _header = Many("--header", "One more field, as 'X-Ticket: 4711'.", "FIELD");
    private readonly Option<string?> _message = new("--message") { Description = "A ready message (RFC 5322), sent as it stands, bare line feeds made CRLF; - for standard input.", HelpName = "FILE.eml" };
    private readonly Option<string?> _notify = new("--notify") { Description = "What the sender wants to be told, where the server knows that (DSN): never, or success, failure, delay with commas.", HelpName = "WHEN" };
    private readonly Option<string?> _return = new("--ret") { Description = "How much of the message a notice of failure brings back (DSN).", HelpName = "full|hdrs" };

    public MessageOptions() => _return.AcceptOnlyFromAmong("full", "hdrs");

    /// <summary>Puts the options under a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in new Option[] { _from, _to, _cc, _bcc, _subject, _text, _attach, _header, _replyTo, _inReplyTo, _message, _notify, _return }) verb.Add(option);
        verb.Validators.Add(line =>
        {
            if (line.GetValue(_message) is null) return;
            foreach (var option in new Option[] { _subject, _text, _attach, _header, _replyTo, _inReplyTo })
            {
                if (line.GetResult(option) is { Implicit: false }) line.AddError($"--message is sent as it stands: {option.Name} cannot be given with it");
            }
        });
    }

    /// <summary>What the sender wants to be told; null when nothing was said.</summary>
    public RecipientNotices? Notify(ParseResult line)
    {
        if (line.GetValue(_notify) is not { } text) return null;
        var conditions = NotifyConditions.Unstated;
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            conditions |= word.ToLowerInvariant() switch
            {
                "never" => NotifyConditions.Never,
                "success" => NotifyConditions.Success,
                "failure" => NotifyConditions.Failure,
                "delay" => NotifyConditions.Delay,
                _ => throw WrongNotify(),
            };
        }

        if (conditions.HasFlag(NotifyConditions.Never) && conditions != NotifyConditions.Never) throw WrongNotify(); // RFC 3461 §4.1
        return new RecipientNotices(conditions, null);
    }

    public ReturnContent Return(ParseResult line) => line.GetValue(_return) switch
    {
        "full" => ReturnContent.Full,
        "hdrs" => ReturnContent.Headers,
        _ => ReturnContent.Unstated,
    };

    /// <summary>Reads all that goes, and composes it. What is missing or malformed is wrong usage; what cannot be read is a failure.</summary>
    public async Task<Letter> ReadAsync(ParseResult line, StandardInput input, string? user, CancellationToken cancellation)
    {
        var from = line.GetValue(_from);
        var (to, cc, bcc) = (MailboxArguments.Parse(line.GetValue(_to)), MailboxArguments.Parse(line.GetValue(_cc)), MailboxArguments.Parse(line.GetValue(_bcc)));
        if (line.GetValue(_message) is { } file)
        {
            var given = new GivenEnvelope(from is null ? null : Sender(from), [.. to.Concat(cc).Concat(bcc).Select(mailbox => mailbox.Address)]);
            return await MessageFile.ReadAsync(file, input, given, cancellation);
        }

        from ??= user is not null && EmailAddress.TryParse(user, out _) ? user : throw new CommandFailure("say who sends with --from ADDRESS", ExitStatus.WrongUsage);
        if (to.Count + cc.Count + bcc.Count == 0) throw new CommandFailure("there are no recipients; name them with --to ADDRESS", ExitStatus.WrongUsage);
        var sender = MailboxArguments.One(from);
        var fields = (line.GetValue(_header) ?? []).Select(Field).ToList();
        var replyTo = line.GetValue(_replyTo) is { } answers ? MailboxArguments.One(answers) : null;
        using var files = AttachedFiles.Open(line.GetValue(_attach));
        var draft = new MessageDraft
        {
            From = sender,
            To = to,
            Cc = cc,
            Bcc = bcc,
            ReplyTo = replyTo,
            Subject = line.GetValue(_subject) ?? "",
            Date = TimeProvider.System.GetLocalNow(),
            MessageId = MessageDraft.NewMessageId(sender.Address.Domain),
            InReplyTo = (line.GetValue(_inReplyTo) ?? "").Trim().Trim('<', '>'),
            Text = line.GetValue(_text) ?? await input.ReadTextAsync(cancellation),
            Attachments = files.Attachments,
            Fields = fields,
        };
        return await Letter.ComposeAsync(draft, cancellation);
    }

    private static Option<string[]> Many(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help, AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    private static MailPath Sender(string text) => text.Trim() == "<>" ? MailPath.Null : new MailPath(MailboxArguments.One(text).Address);

    private static DraftField Field(string text) => DraftField.TryParse(text, out var field)
        ? field
        : throw new CommandFailure($"--header \"{ControlText.Escape(text)}\" cannot be: write it as 'Name: value'; addresses, Subject, Date, Message-ID and those of MIME are written by this command itself", ExitStatus.WrongUsage);

    private static CommandFailure WrongNotify() => new("--notify is never, or success, failure and delay with commas", ExitStatus.WrongUsage);
}
