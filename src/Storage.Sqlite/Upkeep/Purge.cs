using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Messages;

namespace Merpati.Storage.Sqlite.Upkeep;

/// <summary>
/// Takes away what is no longer referred to, a little at a time. All that is left to do is in the database (released,
/// removed_mailbox, removed_source), so that it goes on after a restart, whoever made the work.
/// </summary>
internal sealed class Purge
{
    private const int MaxEntries = 500;
    private const int MaxChunks = 250; // 14 MB
    private const string LastMoved = "SELECT max(uid) FROM (SELECT uid FROM entry WHERE mailbox_id = ?1 ORDER BY uid LIMIT ?2)";
    private const string Move = "INSERT INTO released (body_id, size) SELECT body_id, size - length(trace) FROM entry WHERE mailbox_id = ?1 AND uid <= ?2";
    private const string Oldest = "SELECT r.id, r.body_id, r.size, s.refs FROM released r LEFT JOIN shared_body s ON s.id = r.body_id ORDER BY r.id LIMIT 1";

    private const string ForgetCollected =
        "DELETE FROM collected WHERE source_id = ?1 AND unique_id IN (SELECT unique_id FROM collected WHERE source_id = ?1 LIMIT ?2)";

    private readonly Database _database;
    private int _chunks;

    internal Purge(Database database) => _database = database;

    /// <summary>Whether anything is left to do.</summary>
    internal bool IsNeeded() => _database.Number("SELECT EXISTS (SELECT 1 FROM released) OR EXISTS (SELECT 1 FROM removed_mailbox) OR EXISTS (SELECT 1 FROM removed_source)") != 0;

    /// <summary>Takes one step, which is one transaction of some milliseconds.</summary>
    internal void Step()
    {
        _database.Use("BEGIN IMMEDIATE").Run();
        _chunks = 0;
        if (!ReleaseBodies() && !EmptyRemovedMailbox()) ForgetRemovedSource();
        _database.Use("COMMIT").Run();
    }

    private bool ReleaseBodies()
    {
        var count = 0;
        while (count < MaxEntries && _chunks < MaxChunks && ReleaseOldest()) count++;
        return count > 0;
    }

    private bool ReleaseOldest()
    {
        long released;
        long body;
        long size;
        long refs;
        using (var oldest = _database.Use(Oldest))
        {
            if (!oldest.Step()) return false;
            released = oldest.Int64(0);
            body = oldest.Int64(1);
            size = oldest.Int64(2);
            refs = oldest.Int64(3); // 0 for a body that is not shared
        }

        if (refs > 0) BodyReferences.CountDown(_database, body, refs);
        else if (!RemoveChunks(body, BodyChunk.CountFor(size))) return true;
        _database.Use("DELETE FROM released WHERE id = ?1").Bind(1, released).Run();
        return true;
    }

    // From the end, so that a long body goes in several steps and the first chunk, which is asked for first, is the last to go.
    private bool RemoveChunks(long body, long chunks)
    {
        var room = Math.Max(1, MaxChunks - _chunks);
        var last = chunks > room ? CountChunks(body) : chunks;
        var first = Math.Max(0, last - room);
        _database.Use("DELETE FROM body_chunk WHERE id >= ?1 AND id < ?2").Bind(1, BodyChunk.Key(body, first)).Bind(2, BodyChunk.Key(body, last)).Run();
        _chunks += (int)(last - first);
        return first == 0;
    }

    private long CountChunks(long body)
    {
        using var highest = _database.Use("SELECT max(id) FROM body_chunk WHERE id >= ?1 AND id < ?2")
            .Bind(1, BodyChunk.Key(body, 0)).Bind(2, BodyChunk.Key(body + 1, 0));
        return highest.Step() && !highest.IsNull(0) ? highest.Int64(0) - BodyChunk.Key(body, 0) + 1 : 0;
    }

    private bool EmptyRemovedMailbox()
    {
        long mailbox;
        using (var oldest = _database.Use("SELECT id FROM removed_mailbox ORDER BY id LIMIT 1"))
        {
            if (!oldest.Step()) return false;
            mailbox = oldest.Int64(0);
        }

        long last;
        using (var bound = _database.Use(LastMoved).Bind(1, mailbox).Bind(2, MaxEntries))
        {
            last = bound.Step() && !bound.IsNull(0) ? bound.Int64(0) : -1;
        }

        if (last < 0)
        {
            _database.Use("DELETE FROM removed_mailbox WHERE id = ?1").Bind(1, mailbox).Run();
            return true;
        }

        _database.Use(Move).Bind(1, mailbox).Bind(2, last).Run();
        _database.Use("DELETE FROM entry WHERE mailbox_id = ?1 AND uid <= ?2").Bind(1, mailbox).Bind(2, last).Run();
        return true;
    }

    private void ForgetRemovedSource()
    {
        long source;
        using (var oldest = _database.Use("SELECT id FROM removed_source ORDER BY id LIMIT 1"))
        {
            if (!oldest.Step()) return;
            source = oldest.Int64(0);
        }

        _database.Use(ForgetCollected).Bind(1, source).Bind(2, MaxEntries).Run();
        if (_database.RowsChanged < MaxEntries) _database.Use("DELETE FROM removed_source WHERE id = ?1").Bind(1, source).Run();
    }
}
