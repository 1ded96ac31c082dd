using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Upkeep;

/// <summary>
/// Gives free pages back to the disk, a few at a time and only when there are many: a mailbox that is filled and emptied every day shall find its
/// room again instead.
/// </summary>
internal sealed class Vacuum
{
    private const int FewPages = 128; // 1 MiB
    private const int FewOfAll = 16;

    private readonly Database _database;
    private bool _running;

    internal Vacuum(Database database) => _database = database;

    /// <summary>Takes one step; false when there is nothing (more) to give back.</summary>
    internal bool Step()
    {
        var free = _database.Number("PRAGMA freelist_count");
        if (free == 0 || (!_running && free < Math.Max(FewPages, _database.Number("PRAGMA page_count") / FewOfAll)))
        {
            _running = false;
            return false;
        }

        // A database that was restored without its auto_vacuum never gives pages back: one try is enough.
        _database.Use("PRAGMA incremental_vacuum(128)").Run();
        _running = _database.Number("PRAGMA freelist_count") < free;
        return _running;
    }
}
