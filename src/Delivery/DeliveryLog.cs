using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery;

/// <summary>What delivery writes to the log. Addresses stand in it only as parsed.</summary>
internal static partial class DeliveryLog
{
    [LoggerMessage(EventId = 400, Level = LogLevel.Warning,
        Message = "{Id}: {Members} member(s) of the group(s) reach nobody and were passed over, {First} among them: the account is shut or gone")]
    public static partial void MembersPassedOver(ILogger logger, QueueId id, int members, EmailAddress? first);

    [LoggerMessage(EventId = 401, Level = LogLevel.Error, Message = "{Id}: the store failed at the end of the message: {Failure}")]
    public static partial void StoreFailed(ILogger logger, QueueId id, string failure);

    [LoggerMessage(EventId = 402, Level = LogLevel.Warning, Message = "{Id}: the sender {Sender} is nobody any more and is told nothing")]
    public static partial void NoticeToNobody(ILogger logger, QueueId id, EmailAddress sender);

    [LoggerMessage(EventId = 403, Level = LogLevel.Warning, Message = "{Id}: <{Recipient}> was given up and has no sender to be told: {Status}")]
    public static partial void NobodyToTell(ILogger logger, QueueId id, EmailAddress recipient, string status);

    [LoggerMessage(EventId = 404, Level = LogLevel.Error, Message = "{Id}: a notice could not be written")]
    public static partial void NoticeFailed(ILogger logger, Exception failure, QueueId id);

    [LoggerMessage(EventId = 410, Level = LogLevel.Information, Message = "{Id}: <{Recipient}> by {Host} {Address}: {Outcome} {Status}")]
    public static partial void Attempted(ILogger logger, QueueId id, EmailAddress recipient, string host, string address, AttemptOutcome outcome, string status);

    [LoggerMessage(EventId = 411, Level = LogLevel.Error, Message = "{Id}: the attempt broke down for the time number {Breakdowns} and is put off")]
    public static partial void BrokeDown(ILogger logger, Exception failure, QueueId id, int breakdowns);

    [LoggerMessage(EventId = 412, Level = LogLevel.Error, Message = "{Id}: held after {Breakdowns} attempts that broke down; release it when the cause is mended")]
    public static partial void HeldAfterBreakdowns(ILogger logger, QueueId id, int breakdowns);

    [LoggerMessage(EventId = 413, Level = LogLevel.Error, Message = "the queue's store failed: {Failure}")]
    public static partial void QueueStoreFailed(ILogger logger, string failure);

    [LoggerMessage(EventId = 414, Level = LogLevel.Error, Message = "the queue's loop broke down and goes on")]
    public static partial void QueueBrokeDown(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 415, Level = LogLevel.Warning, Message = "{Destination} cannot be reached and is left alone until {Until}: {Failure}")]
    public static partial void Unreachable(ILogger logger, string destination, DateTimeOffset until, string failure);

    [LoggerMessage(EventId = 416, Level = LogLevel.Information, Message = "{Count} claim(s) of the last process were lapsed")]
    public static partial void Lapsed(ILogger logger, int count);

    [LoggerMessage(EventId = 420, Level = LogLevel.Information,
        Message = "<{Account}> from {Server}: collected {Messages} message(s), {Octets} octets; {Removed} removed there")]
    public static partial void Collected(ILogger logger, EmailAddress account, string server, int messages, long octets, int removed);

    [LoggerMessage(EventId = 421, Level = LogLevel.Warning, Message = "<{Account}> from {Server}: collected {Messages} message(s), then: {Failure}")]
    public static partial void CollectFailed(ILogger logger, EmailAddress account, string server, int messages, string failure);

    [LoggerMessage(EventId = 422, Level = LogLevel.Error, Message = "collecting: the store failed: {Failure}")]
    public static partial void CollectStoreFailed(ILogger logger, string failure);

    [LoggerMessage(EventId = 423, Level = LogLevel.Error, Message = "collecting broke down and goes on")]
    public static partial void CollectBrokeDown(ILogger logger, Exception failure);

    [LoggerMessage(EventId = 417, Level = LogLevel.Information, Message = "{Domain} has asked for what waits for it: delivered to {Delivered} recipient(s), the last it said: {How}")]
    public static partial void Fetched(ILogger logger, string domain, int delivered, string how);
}
