using Merpati.Delivery.Bounces;
using Merpati.Delivery.Routing;
using Merpati.Delivery.Transports;
using Merpati.Storage.Queue;
using Microsoft.Extensions.Logging;

namespace Merpati.Delivery.Queue;

/// <summary>What the queue works with.</summary>
/// <param name="Store">Where it is kept.</param>
/// <param name="Hosts">Who finds the hosts of a domain.</param>
/// <param name="Transport">Who connects to them.</param>
/// <param name="Notices">Who writes to senders.</param>
/// <param name="Loggers">Where the log goes.</param>
public sealed record QueueSurroundings(IQueueStore Store, INextHosts Hosts, ITransport Transport, NoticeWriter Notices, ILoggerFactory Loggers)
{
    /// <summary>The routes.</summary>
    public RouteTable Routes { get; init; } = RouteTable.Direct;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
