using System.Globalization;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>A row that has a trace and refers to a body: an entry of a mailbox, or a sending of the queue.</summary>
internal sealed class BodyHolder
{
    private const string FirstOfEntry = """
        SELECT e.size, e.body_id, e.trace, c.octets
        FROM entry e LEFT JOIN body_chunk c ON c.id = e.body_id << 16
        WHERE e.mailbox_id = ?1 AND e.uid = ?2 AND EXISTS (SELECT 1 FROM mailbox WHERE id = ?1)
        """;

    private const string KeptEntry = "SELECT 1 FROM entry WHERE mailbox_id = ?1 AND uid = ?2 AND EXISTS (SELECT 1 FROM mailbox WHERE id = ?1)";

    internal const string FirstOfSending = """
        SELECT s.size, s.body_id, s.trace, c.octets FROM sending s LEFT JOIN body_chunk c ON c.id = s.body_id << 16 WHERE s.id = ?1
        """;

    private const string KeptSending = "SELECT 1 FROM sending WHERE id = ?1";

    private readonly long _id;
    private readonly uint? _uid;

    private BodyHolder(long id, uint? uid)
    {
        _id = id;
        _uid = uid;
    }

    internal static BodyHolder Entry(long mailboxId, uint uid) => new(mailboxId, uid);

    internal static BodyHolder Sending(long id) => new(id, null);

    /// <summary>Its size, the number of its body, its trace and the first chunk.</summary>
    internal Statement First(Database database) =>
        _uid is { } uid ? database.Use(FirstOfEntry).Bind(1, _id).Bind(2, uid) : database.Use(FirstOfSending).Bind(1, _id);

    internal bool IsKept(Database database)
    {
        using var row = _uid is { } uid ? database.Use(KeptEntry).Bind(1, _id).Bind(2, uid) : database.Use(KeptSending).Bind(1, _id);
        return row.Step();
    }

    public override string ToString() => _uid is { } uid
        ? string.Create(CultureInfo.InvariantCulture, $"message {uid} of mailbox {_id}")
        : string.Create(CultureInfo.InvariantCulture, $"sending {_id}");
}
