using Merpati.Wire.Connections;
using Microsoft.Extensions.Logging;

namespace Merpati.Wire.Listening;

/// <summary>What listeners share.</summary>
/// <param name="Limits">How many connections are taken.</param>
/// <param name="Heartbeat">The clock of the deadlines.</param>
/// <param name="Time">The source of time.</param>
/// <param name="Loggers">Where the transport logs.</param>
public sealed record ListenerSurroundings(ConnectionLimits Limits, Heartbeat Heartbeat, TimeProvider Time, ILoggerFactory Loggers);
