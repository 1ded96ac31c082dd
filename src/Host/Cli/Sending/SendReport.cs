using System.Text.Json;
using Merpati.Smtp.Client;

namespace Merpati.Host.Cli.Sending;

/// <summary>What became of a letter, for the person at the terminal or a script.</summary>
internal sealed class SendReport
{
    private readonly SendServer _server;
    private readonly Letter _letter;
    private readonly List<RecipientReport> _reports = [];
    private string? _failure;

    public SendReport(SendServer server, Letter letter)
    {
        _server = server;
        _letter = letter;
    }

    public bool IsJson { get; init; }

    /// <summary>The TLS that it went over; empty without.</summary>
    public string Tls { get; set; } = "";

    public void Add(IEnumerable<RecipientReport> reports) => _reports.AddRange(reports);

    /// <summary>It came to nothing for the recipients of whom nothing was told before.</summary>
    public void Fail(string failure) => _failure = failure;

    /// <summary>Prints it. Throws <see cref="CommandFailure"/> with who did not get it, and why, where that is anybody.</summary>
    public void Print()
    {
        var lines = new List<string>();
        try
        {
            if (IsJson) PrintJson();
            else PrintTaken();
            Console.Out.Flush();
        }
        catch (IOException fault)
        {
            // Who is only told that a disk is full would send it again.
            lines.AddRange(Groups(outcome => outcome == RecipientOutcome.Delivered).Select(group => $"sent to {group.Names}"));
            lines.Add($"standard output cannot be written: {ControlText.Escape(fault.Message)}");
        }

        lines.AddRange(Groups(outcome => outcome != RecipientOutcome.Delivered).Select(Words));
        if (_failure is not null) lines.Add(_failure);
        if (lines.Count > 0) throw new CommandFailure(string.Join('\n', lines));
    }

    private static string Words((RecipientOutcome Outcome, string Text, string Names) group) => group.Outcome switch
    {
        RecipientOutcome.Refused => $"refused for {group.Names}: {group.Text}",
        RecipientOutcome.Unknown => $"it is not known whether it was taken for {group.Names}: all was sent, and then {group.Text}; look there before you send it again",
        _ => $"not taken for {group.Names}: {group.Text}",
    };

    private void PrintTaken()
    {
        foreach (var (_, text, names) in Groups(outcome => outcome == RecipientOutcome.Delivered)) Console.Out.WriteLine($"sent to {names} ({_letter.Length} octets): {text}");
    }

    // Those of whom the server said the same, together.
    private IEnumerable<(RecipientOutcome Outcome, string Text, string Names)> Groups(Func<RecipientOutcome, bool> isMeant) => _reports
        .Where(report => isMeant(report.Outcome))
        .GroupBy(report => (report.Outcome, Text: ReplyWords.OneLine(report)))
        .Select(group => (group.Key.Outcome, group.Key.Text, string.Join(", ", group.Select(report => ControlText.Escape(report.Recipient.Address.ToString())))));

    private void PrintJson() => Console.Out.WriteLine(JsonSerializer.Serialize(new
    {
        server = _server.Host,
        port = _server.Port,
        tls = Tls,
        from = _letter.Sender.ToAddressText(),
        messageId = _letter.MessageId,
        octets = _letter.Length,
        recipients = _reports.Select(report => new
        {
            address = report.Recipient.Address.ToString(),
            outcome = report.Outcome switch
            {
                RecipientOutcome.Delivered => "taken",
                RecipientOutcome.Refused => "refused",
                RecipientOutcome.Unknown => "unknown",
                _ => "deferred",
            },
            status = report.Status.ToString(),
            reply = ReplyWords.OneLine(report),
        }),
        failure = _failure,
    }));
}
