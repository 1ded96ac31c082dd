using System.CommandLine;
using Merpati.Storage.Queue;

namespace Merpati.Host.Cli;

/// <summary><c>queue list|show|retry|hold|release|remove|watch|fetch</c>: what waits for other hosts.</summary>
internal static class QueueVerb
{
    public static Command Create() => new("queue", """
        List and change what waits for other hosts, one recipient at a time: it may be delivered to one of a message's recipients and wait for another.

        A recipient is waiting (until it is due), claimed (being tried just now), or held (stopped by 'queue hold'). What is being tried is left alone by
        all of these; ask again when the attempt has ended.
        """)
    {
        QueueListVerb.Create(), QueueShowVerb.Create(),
        QueueChangeVerb.Create(QueueChange.Retry, "retry", "Try what waits as soon as possible, whatever the schedule says."),
        QueueChangeVerb.Create(QueueChange.Hold, "hold", "Stop what waits: it stays in the queue and is not tried until 'queue release'. Its days in the queue count on."),
        QueueChangeVerb.Create(QueueChange.Release, "release", "Let go on what was held; it is tried as soon as possible."),
        QueueChangeVerb.Create(QueueChange.Remove, "remove", "Take recipients out of the queue, waiting and held ones. Nobody is told, and it cannot be undone."),
        QueueWatchVerb.Create(), QueueFetchVerb.Create(),
    };
}
