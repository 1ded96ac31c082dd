using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Writing;

/// <summary>
/// Numbers for bodies, none of them ever given twice: a reader that still holds the number of a removed body must not find another's text.
/// They are set apart in blocks, for a counter that each message raised would be a page that each commit writes.
/// </summary>
internal sealed class BodyNumbers
{
    private const string SetApart = "UPDATE counter SET value = value + ?1 WHERE name = 'body' RETURNING value";
    private const int Block = 1000;

    private readonly Database _database;
    private long _last;
    private int _left;

    internal BodyNumbers(Database database) => _database = database;

    internal long Take()
    {
        if (_left == 0)
        {
            using var row = _database.Use(SetApart).Bind(1, Block);
            _last = row.Step() ? row.Int64(0) : throw new StoreException(StoreFailure.Corrupt, "the store has lost its counter of bodies: it is damaged");
            _left = Block;
        }

        return _last - --_left;
    }

    /// <summary>Forgets the block, after a rollback: it may have been set apart by what was undone.</summary>
    internal void Forget() => _left = 0;
}
