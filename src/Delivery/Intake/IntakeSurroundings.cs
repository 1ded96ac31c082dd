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
    IMessageStore Messages, MailDirectory Directory, TerminalHub Terminals, TimeProvider Time, ILoggerFactory Loggers);
