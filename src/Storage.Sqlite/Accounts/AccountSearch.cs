using System.Text;
using Merpati.Mail.Addresses;
using Merpati.Storage.Accounts;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Accounts;

/// <summary>Finds accounts by name: each statement walks along an index in the order wanted and stops at the limit.</summary>
internal static class AccountSearch
{
    internal const string ByLocalPart = "SELECT " + AccountRows.Columns + " FROM " + AccountRows.Joined +
        " WHERE a.local_key = ?1 AND a.disabled = 0 ORDER BY a.id LIMIT ?2";

    internal const string ByName = "SELECT " + AccountRows.Columns + """
         FROM name_word n CROSS JOIN account a ON a.id = n.account_id JOIN domain d ON d.id = a.domain_id
        JOIN mailbox m ON m.account_id = a.id AND m.name = 'INBOX'
        WHERE n.word = ?1 AND a.disabled = 0 ORDER BY n.rank, n.account_id LIMIT ?2
        """;

    internal static IReadOnlyList<Account> Run(Database database, (string Text, int Limit) question)
    {
        var found = new List<Account>();
        var folded = NameWords.Fold(question.Text);
        if (question.Limit == 0 || folded.Length == 0) return found;

        Collect(database.Use(ByLocalPart).Bind(1, LocalKey(question.Text) ?? folded).Bind(2, question.Limit), found, question.Limit);
        var byLocalPart = found.Count;
        if (byLocalPart < question.Limit) Collect(database.Use(ByName).Bind(1, folded).Bind(2, question.Limit + byLocalPart), found, question.Limit);
        return found;
    }

    private static string? LocalKey(string text)
    {
        if (text.Length > LocalPart.MaxLength) return null;
        return LocalPart.TryParse(Encoding.UTF8.GetBytes(text), allowUtf8: true, out var local) ? local.Key : null;
    }

    private static void Collect(Statement statement, List<Account> found, int limit)
    {
        using var row = statement;
        while (found.Count < limit && row.Step())
        {
            var id = row.Int64(2);
            if (!found.Exists(account => account.Id == id)) found.Add(AccountRows.Read(row));
        }
    }
}
