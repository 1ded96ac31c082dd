using System.Net;
using Microsoft.Extensions.Logging;

namespace Merpati.Pop3.Server;

/// <summary>What POP3 puts into the log: event ids 300 to 399. No password ever comes here, and what a client said comes escaped.</summary>
internal sealed partial class Pop3Log(ILogger logger)
{
    private readonly ILogger _logger = logger;

    /// <summary>One line per session.</summary>
    public void SessionEnded(Pop3Session session, IPAddress? client, SessionEnding ending, TimeSpan elapsed)
    {
        if (!_logger.IsEnabled(LogLevel.Information)) return;
        var user = session.Facts.Identity?.Address.ToString() ?? "nobody";
        var tally = session.Tally;
        SessionEnded(user, client, tally.Retrieved, tally.Deleted, tally.Octets, ending, (long)elapsed.TotalMilliseconds);
    }

    /// <summary>One line per login that did not succeed.</summary>
    public void LoginFailed(string loginName, IPAddress? client, Pop3Rejection reason)
    {
        if (_logger.IsEnabled(LogLevel.Warning)) RefusedLogin(EscapedText.Of(loginName), client, reason);
    }

    [LoggerMessage(EventId = 320, Level = LogLevel.Error, Message = "the store failed in a pop3 session of {User}: {Reason}")]
    public partial void StoreFailed(string user, string reason);

    [LoggerMessage(EventId = 321, Level = LogLevel.Warning, Message = "what {User} has read by pop3 could not be marked: {Reason}")]
    public partial void ReadNotMarked(string user, string reason);

    [LoggerMessage(EventId = 300, Level = LogLevel.Information,
        Message = "pop3 session of {User} from {Client}: {Retrieved} retrieved, {Deleted} deleted, {Octets} octets, {Ending} after {Milliseconds} ms")]
    private partial void SessionEnded(string user, IPAddress? client, int retrieved, int deleted, long octets, SessionEnding ending, long milliseconds);

    [LoggerMessage(EventId = 310, Level = LogLevel.Warning, Message = "pop3 login as \"{LoginName}\" from {Client} failed: {Verdict}")]
    private partial void RefusedLogin(string loginName, IPAddress? client, Pop3Rejection verdict);
}
