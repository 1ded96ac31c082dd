using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary>The options that say which recipients in the queue are meant; together they narrow.</summary>
internal sealed class QueueFilterOptions
{
    private readonly Option<string?> _sender = new("--sender") { Description = "Only from this sender; <> for notices.", HelpName = "ADDRESS|<>" };
    private readonly Option<string?> _recipient = new("--recipient") { Description = "Only to this address.", HelpName = "ADDRESS" };
    private readonly Option<string?> _domain = new("--domain") { Description = "Only for this destination: a domain, or the name of the route that its mail takes.", HelpName = "DOMAIN" };
    private readonly Option<string?> _state = new("--state") { Description = "Only in this state.", HelpName = string.Join('|', QueueText.States) };
    private readonly Option<string?> _olderThan = new("--older-than") { Description = "Only what was accepted longer ago, as in 30m, 2h or 3d.", HelpName = "AGE" };
    private readonly Option<string?> _id = new("--id") { Description = "Only of this message.", HelpName = "QUEUEID" };

    public QueueFilterOptions() => _state.AcceptOnlyFromAmong(QueueText.States);

    public void AddTo(Command verb)
    {
        foreach (var option in All) verb.Add(option);
    }

    /// <summary>Whether any of them was given.</summary>
    public bool AreGiven(CommandResult line) => All.Any(option => line.GetValue(option) is not null);

    /// <summary>Whether the <c>--id</c> was given.</summary>
    public bool NamesId(CommandResult line) => line.GetValue(_id) is not null;

    /// <summary>What they mean at a time; what is malformed is wrong usage.</summary>
    public QueueFilter Read(ParseResult line, DateTimeOffset now) => new()
    {
        Id = line.GetValue(_id) is { } id ? QueueText.Id(id) : null,
        ReversePath = line.GetValue(_sender) is { } sender ? Path(sender) : null,
        Recipient = line.GetValue(_recipient) is { } recipient ? Address(recipient) : null,
        Destination = line.GetValue(_domain) is { } domain ? Destination(domain) : null,
        State = line.GetValue(_state) is { } state ? (QueueState)Array.IndexOf(QueueText.States, state) : null,
        AcceptedBefore = line.GetValue(_olderThan) is { } age ? now - QueueDuration.Parse(age) : null,
    };

    private Option<string?>[] All => [_sender, _recipient, _domain, _state, _olderThan, _id];

    private static MailPath Path(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text.StartsWith('<') ? text : $"<{text}>");
        if (text.Length > 0 && MailPath.Parse(octets, allowUtf8: true, out var path) == octets.Length) return path;
        throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not a sender; write it as alice@example.org, or <> for notices", ExitStatus.WrongUsage);
    }

    // Arguments.Address knows local parts of ASCII only; in the queue there may be others (RFC 6531 §3.3).
    private static EmailAddress Address(string text) => EmailAddress.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out var address)
        ? address
        : throw new CommandFailure($"\"{ControlText.Escape(text)}\" is not an address; write it as bob@example.com", ExitStatus.WrongUsage);

    // A domain is found however it is written; the name of a route, which has no dot, as it is.
    private static string Destination(string text) => text.Contains('.', StringComparison.Ordinal) && Domain.TryParse(text, out var domain) ? domain.Name : text;
}
