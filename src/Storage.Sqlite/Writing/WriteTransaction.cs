using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Messages;

namespace Merpati.Storage.Sqlite.Writing;

/// <summary>The open transaction of the writer, and what its thread keeps for the next one.</summary>
internal sealed class WriteTransaction
{
    private readonly TimeProvider _time;
    private bool _hasReleased;

    internal WriteTransaction(Database database, TimeProvider time)
    {
        Database = database;
        Counters = new MailboxCounters(database);
        Queue = new QueueCounters(database);
        Bodies = new BodyNumbers(database);
        _time = time;
    }

    internal Database Database { get; }

    /// <summary>Settle them before touching the mailbox table in any other way.</summary>
    internal MailboxCounters Counters { get; }

    /// <summary>The counters of the queue; its rows change through them alone.</summary>
    internal QueueCounters Queue { get; }

    /// <summary>Numbers for new bodies.</summary>
    internal BodyNumbers Bodies { get; }

    /// <summary>Room for one chunk of a body.</summary>
    internal byte[] Chunk { get; } = new byte[BodyChunk.Octets];

    /// <summary>Milliseconds since 1970.</summary>
    internal long Now => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Says that this transaction leaves work for the background.</summary>
    internal void Release() => _hasReleased = true;

    /// <summary>Forgets all that it knows of the database, after a rollback.</summary>
    internal void Forget()
    {
        Counters.Forget();
        Queue.Forget();
        Bodies.Forget();
        _hasReleased = false;
    }

    /// <summary>Whether work was left since the last call.</summary>
    internal bool TakeReleases()
    {
        var released = _hasReleased;
        _hasReleased = false;
        return released;
    }
}
