using Merpati.Delivery.Bounces;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Terminals;
using Merpati.Storage.Messages;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Intake;

/// <summary>What intake works with.</summary>
/// <param name="Messages">Where messages are kept.</param>
/// <param name="Directory">The directory that resolved the recipients.</param>
/// <param name="Terminals">Where messages for terminals go.</param>
/// <param name="Time">The clock.</param>
/// <param name="Loggers">Where the log goes.</param>
public sealed record IntakeSurroundings(
    IMessageStore Messages, MailDirectory Directory, TerminalHub Terminals, TimeProvider Time, ILoggerFactory Loggers)
{
    /// <summary>Under which destinations what goes to other hosts is put into the queue.</summary>
    public RouteTable Routes { get; init; } = RouteTable.Direct;

    /// <summary>Told after each message that was put into the queue, such as <see cref="Queue.QueueRunner.Signal"/>; must not block. Null for nobody.</summary>
    public Action? QueueGrew { get; init; }

    /// <summary>Writes the notices of success for those who ask for them; null for none.</summary>
    public NoticeWriter? Notices { get; init; }
}
