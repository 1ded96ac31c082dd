using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Accounts;

/// <summary>Keeps the names by which accounts are found.</summary>
internal static class NameIndex
{
    /// <summary>The rank of a whole name; a word that is not the whole has the next.</summary>
    internal const int Whole = 0;

    private const int Word = 1;
    private const string Insert = "INSERT INTO name_word (word, rank, account_id) VALUES (?1, ?2, ?3)";

    internal static void Add(Database database, long accountId, string fullName)
    {
        var whole = NameWords.Fold(fullName);
        if (whole.Length == 0) return;
        database.Use(Insert).Bind(1, whole).Bind(2, Whole).Bind(3, accountId).Run();
        foreach (var word in NameWords.Split(whole))
        {
            if (word != whole) database.Use(Insert).Bind(1, word).Bind(2, Word).Bind(3, accountId).Run();
        }
    }

    internal static void Remove(Database database, long accountId) => database.Use("DELETE FROM name_word WHERE account_id = ?1").Bind(1, accountId).Run();

    /// <summary>Takes the names of all accounts in.</summary>
    internal static void Build(Database database)
    {
        using var row = database.Use("SELECT id, full_name FROM account WHERE full_name <> ''");
        while (row.Step()) Add(database, row.Int64(0), row.Text(1));
    }
}
