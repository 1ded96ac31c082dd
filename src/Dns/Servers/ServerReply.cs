using Merpati.Dns.Messages;

namespace Merpati.Dns.Servers;

/// <summary>What came of asking one server: a message with an answer, or how it failed.</summary>
/// <param name="Failure">How; meaningless with a message.</param>
/// <param name="Message">The answer, which says that the name exists or does not; null when there is none.</param>
internal readonly record struct ServerReply(ServerFailure Failure, DnsMessage? Message = null)
{
    /// <summary>Judges a message by its response code.</summary>
    public static ServerReply From(DnsMessage message) => message.Code switch
    {
        // A server that neither knows nor asks others has pointed elsewhere, which must not be taken for the absence of records.
        ResponseCode.NoError when message.Answers.Count == 0 && !message.IsComplete => new(ServerFailure.Failed),
        ResponseCode.NoError or ResponseCode.NameError => new(ServerFailure.Silent, message),
        ResponseCode.FormatError or ResponseCode.NotImplemented or ResponseCode.BadVersion => new(ServerFailure.NotUnderstood),
        ResponseCode.Refused => new(ServerFailure.Refused),
        _ => new(ServerFailure.Failed),
    };
}

/// <summary>How a server failed to answer; of several servers the one with the highest number tells most.</summary>
internal enum ServerFailure
{
    Silent,
    Malformed,
    NotUnderstood,
    Refused,
    Failed,
}
