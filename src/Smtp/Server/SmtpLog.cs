using System.Net;
using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Microsoft.Extensions.Logging;

namespace Merpati.Smtp.Server;

/// <summary>
/// What the server writes to the log: one line for each message and one for each session; single refusals at debug level. What a client has
/// said stands in it only as parsed: printable text without controls, so that no line can be forged.
/// </summary>
internal static partial class SmtpLog
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Information,
        Message = "{Id}: {Verdict}, {Octets} octets from {ReversePath} to {Recipients} recipient(s), client {Client} ({ClientName}), answered after {Milliseconds:0.0} ms")]
    public static partial void MessageAnswered(
        ILogger logger, QueueId id, string verdict, long octets, MailPath reversePath, int recipients, IPAddress? client, string clientName, double milliseconds);

    [LoggerMessage(EventId = 201, Level = LogLevel.Information,
        Message = "session with {Client} ({ClientName}){Proof} ended: {How}, {Commands} command(s), {Messages} message(s), {Errors} error(s), {Seconds:0.000} s")]
    public static partial void SessionEnded(
        ILogger logger, IPAddress? client, string clientName, string proof, string how, long commands, long messages, long errors, double seconds);

    [LoggerMessage(EventId = 202, Message = "refused {Client}: {Reason}, {Code}")]
    public static partial void Refused(ILogger logger, LogLevel level, IPAddress? client, string reason, int code);

    [LoggerMessage(EventId = 203, Level = LogLevel.Debug, Message = "{Client} authenticated as {User} by {Mechanism}")]
    public static partial void Authenticated(ILogger logger, IPAddress? client, EmailAddress user, string mechanism);

    [LoggerMessage(EventId = 204, Level = LogLevel.Information, Message = "TLS with {Client} came to nothing: {Why}")]
    public static partial void HandshakeFailed(ILogger logger, IPAddress? client, string why);

    [LoggerMessage(EventId = 205, Level = LogLevel.Error, Message = "a login of {Client} could not be judged")]
    public static partial void AuthenticationFailed(ILogger logger, Exception failure, IPAddress? client);

    [LoggerMessage(EventId = 206, Level = LogLevel.Error, Message = "whether {User} may use a reverse-path could not be judged")]
    public static partial void AddressNotJudged(ILogger logger, Exception failure, EmailAddress user);

    [LoggerMessage(EventId = 207, Level = LogLevel.Error, Message = "what {Client} asked of the queue could not be done")]
    public static partial void QueueFailed(ILogger logger, Exception failure, IPAddress? client);
}
