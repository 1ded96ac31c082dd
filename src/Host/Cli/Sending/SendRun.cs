using Merpati.Mail.Envelopes;
using Merpati.Smtp.Client;

namespace Merpati.Host.Cli.Sending;

/// <summary>Sends one letter: over one connection, in as many transactions as the server wants recipients in.</summary>
internal sealed class SendRun
{
    private readonly SendServer _server;
    private readonly RecipientNotices? _notices;

    public SendRun(SendServer server, RecipientNotices? notices)
    {
        _server = server;
        _notices = notices;
    }

    public ReturnContent Return { get; init; }

    /// <summary>As whom we log in; null not to.</summary>
    public SendLogin? Login { get; init; }

    /// <summary>What we call ourselves; null for our address.</summary>
    public string? HostName { get; init; }

    public ISmtpTranscript? Transcript { get; init; }

    /// <summary>Sends it and tells <paramref name="report"/> what became of it for each recipient. Throws <see cref="CommandFailure"/> where it does not come to that.</summary>
    public async Task RunAsync(Letter letter, SendReport report, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await SendConnection.OpenAsync(_server, Login, HostName, Transcript, cancellation);
            var client = connection.Client;
            report.Tls = client.TlsText;
            if ((_notices is not null || Return != ReturnContent.Unstated) && !client.Capabilities.HasDsn) Console.Error.WriteLine($"merpati: note: {_server.Host} does not offer DSN; --notify and --ret mean nothing to it");
            using var progress = Transcript is null ? new ProgressLine("sending", TimeProvider.System) : null;
            var waiting = letter.Recipients.Select(address => new OutgoingRecipient(address) { Notices = _notices }).ToList();
            while (true)
            {
                var result = await client.SendAsync(Message(letter, waiting, progress), cancellation);
                if (result.Outcome != SendOutcome.Offered) throw NotOffered(result.Outcome, letter, client.Capabilities);

                // RFC 5321 §4.5.3.1.10: the server takes only so many at once.
                var later = result.Recipients.Where(each => each.Outcome == RecipientOutcome.Later).ToList();
                var isOver = later.Count == waiting.Count || result.Standing != SmtpStanding.Usable;
                report.Add(isOver ? result.Recipients : result.Recipients.Where(each => each.Outcome != RecipientOutcome.Later));
                if (isOver || later.Count == 0) return;
                waiting = [.. later.Select(each => each.Recipient)];
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new CommandFailure("broken off; nothing was sent");
        }
    }

    private OutgoingMessage Message(Letter letter, IReadOnlyList<OutgoingRecipient> recipients, IProgress<double>? progress) => new(letter.Sender, recipients, letter.OpenText(progress))
    {
        HasEightBit = letter.HasEightBit,
        IsInternationalized = letter.NeedsSmtpUtf8,
        Return = Return,
    };

    private CommandFailure NotOffered(SendOutcome outcome, Letter letter, SmtpCapabilities offered) => new(outcome switch
    {
        SendOutcome.TooLarge => $"the message has {letter.Length} octets, and {_server} takes {offered.MaxSize} at most; nothing was sent",
        SendOutcome.NeedsUtf8 => $"{_server} does not offer SMTPUTF8, which addresses and header fields beyond ASCII need; nothing was sent",
        _ => $"{_server} does not offer 8BITMIME, which a message with octets above 127 needs; nothing was sent",
    });
}
