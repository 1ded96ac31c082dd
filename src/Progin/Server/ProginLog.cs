using System.Net;
using Merpati.Mail.Envelopes;
using Merpati.Wire.Lines;
using Microsoft.Extensions.Logging;

namespace Merpati.Progin.Server;

/// <summary>What Progin puts into the log: event ids 700 to 799. No password ever comes here, and what a client said comes escaped.</summary>
internal sealed partial class ProginLog(ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>One line per session.</summary>
    public void SessionEnded(ProginSession session, IPAddress? client, SessionEnding ending, TimeSpan elapsed)
    {
        if (!_logger.IsEnabled(LogLevel.Information)) return;
        var user = session.Facts.Identity?.Address.ToString() ?? "nobody";
        SessionEnded(user, client, session.Tally.Sent, session.Tally.Shown, ending, (long)elapsed.TotalMilliseconds);
    }

    /// <summary>One line per login that did not succeed.</summary>
    public void LoginFailed(string name, IPAddress? client, ProginRejection reason)
    {
        if (_logger.IsEnabled(LogLevel.Warning)) RefusedLogin(EscapedText.Of(name), client, reason);
    }

    /// <summary>One line per text that was read to its end.</summary>
    public void MessageAnswered(ProginTransaction transaction, QueueId? id, long octets, ProginRejection? rejection)
    {
        if (!_logger.IsEnabled(LogLevel.Information)) return;
        var name = id?.ToString() ?? "-";
        var user = transaction.Sender.Address.ToString();
        var verdict = rejection?.ToString() ?? "accepted";
        MessageAnswered(name, user, transaction.Recipients.Count, octets, verdict);
    }

    [LoggerMessage(EventId = 720, Level = LogLevel.Error, Message = "the store failed in a progin session of {User}: {Reason}")]
    public partial void StoreFailed(string user, string reason);

    [LoggerMessage(EventId = 721, Level = LogLevel.Warning, Message = "what {User} has read by progin could not be marked: {Reason}")]
    public partial void ReadNotMarked(string user, string reason);

    [LoggerMessage(EventId = 730, Level = LogLevel.Information, Message = "progin message {Id} from {User}: {Recipients} recipients, {Octets} octets, {Verdict}")]
    private partial void MessageAnswered(string id, string user, int recipients, long octets, string verdict);

    [LoggerMessage(EventId = 700, Level = LogLevel.Information, Message = "progin session of {User} from {Client}: {Sent} sent, {Shown} shown, {Ending} after {Milliseconds} ms")]
    private partial void SessionEnded(string user, IPAddress? client, int sent, int shown, SessionEnding ending, long milliseconds);

    [LoggerMessage(EventId = 710, Level = LogLevel.Warning, Message = "progin login as \"{LoginName}\" from {Client} failed: {Verdict}")]
    private partial void RefusedLogin(string loginName, IPAddress? client, ProginRejection verdict);
}
