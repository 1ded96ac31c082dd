using Merpati.Mail.Addresses;
using Merpati.Mail.Envelopes;
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
}
