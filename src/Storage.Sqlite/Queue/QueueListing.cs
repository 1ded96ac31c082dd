using Merpati.Mail.Envelopes;
using Merpati.Storage.Queue;
using Merpati.Storage.Sqlite.Addressing;
using Merpati.Storage.Sqlite.Engine;

namespace Merpati.Storage.Sqlite.Queue;

/// <summary>
/// Lists recipients by number, along the index of what the filter names first. Numbers of sendings and of their recipients ascend together, so that
/// the recipients of many sendings need no sorting.
/// </summary>
internal static class QueueListing
{
    private const string Columns =
        "SELECT r.id, s.queue_id, s.reverse_path, r.address, r.destination, r.state, s.size, s.accepted_at, max(r.due_at, s.accepted_at), r.attempts, t.last_reply ";

    private const string WithTally = " CROSS JOIN queue_tally t ON t.id = r.tally_id";

    private const string Conditions = """
         AND r.id > ?1 AND r.id <= ?9 AND (?3 IS NULL OR s.queue_id = ?3) AND (?4 IS NULL OR r.address_key = ?4) AND (?5 IS NULL OR s.reverse_key = ?5)
        AND (?6 IS NULL OR r.destination = ?6) AND (?7 IS NULL OR r.state = ?7) AND (?8 IS NULL OR s.accepted_at < ?8)
        """;

    private const string FromSending = " CROSS JOIN queued_recipient r INDEXED BY queued_recipient_sending ON r.sending_id = s.id";
    private const string Later = " AND s.id >= ifnull((SELECT sending_id FROM queued_recipient WHERE id > ?1 ORDER BY id LIMIT 1), 9223372036854775807)";
    private const string BySending = " ORDER BY s.id, r.id LIMIT ?2";
    private const string ByRecipient = " ORDER BY r.id LIMIT ?2";
    private const string ToSending = " CROSS JOIN sending s ON s.id = r.sending_id";

    private static readonly Shape OfQueueId = new("FROM sending s INDEXED BY sending_queue_id" + FromSending, " WHERE s.queue_id = ?3" + Later, BySending);
    private static readonly Shape OfSender = new("FROM sending s INDEXED BY sending_reverse" + FromSending, " WHERE s.reverse_key = ?5" + Later, BySending);
    private static readonly Shape OfAddress = new("FROM queued_recipient r INDEXED BY queued_recipient_address" + ToSending, " WHERE r.address_key = ?4", ByRecipient);
    private static readonly Shape OfDestination = new("FROM queued_recipient r INDEXED BY queued_recipient_destination" + ToSending, " WHERE r.destination = ?6", ByRecipient);
    private static readonly Shape OfState = new("FROM queued_recipient r INDEXED BY queued_recipient_due" + ToSending, " WHERE r.state = ?7", ByRecipient);
    private static readonly Shape Every = new("FROM queued_recipient r NOT INDEXED" + ToSending, " WHERE true", ByRecipient);

    /// <summary>The statements, for those who want to see their plans.</summary>
    internal static IReadOnlyList<string> Statements => [.. new[] { OfQueueId, OfSender, OfAddress, OfDestination, OfState, Every }.SelectMany(static shape => new[] { shape.Entries, shape.Numbers })];

    internal static IReadOnlyList<QueueEntry> List(Database database, (QueueFilter Filter, long After, int Limit) question)
    {
        var entries = new List<QueueEntry>();
        using var row = Bind(database.Use(Choose(question.Filter).Entries), question.Filter, (question.After, long.MaxValue, question.Limit));
        while (row.Step())
        {
            entries.Add(new QueueEntry(
                row.Int64(0), new QueueId(row.Int64(1)), SendingRows.ReadPath(row, 2), AddressText.Read(row, 3), row.Text(4), (QueueState)row.Int64(5),
                row.Int64(6), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(7)), DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(8)),
                (int)row.Int64(9), row.Text(10)));
        }

        return entries;
    }

    /// <summary>The numbers alone, of those after one and up to another.</summary>
    internal static List<long> ListNumbers(Database database, (QueueFilter Filter, (long After, long UpTo, int Limit) Part) question)
    {
        var numbers = new List<long>();
        using var row = Bind(database.Use(Choose(question.Filter).Numbers), question.Filter, question.Part);
        while (row.Step()) numbers.Add(row.Int64(0));
        return numbers;
    }

    /// <summary>The highest number in the queue.</summary>
    internal static long FindLast(Database database, int ignored)
    {
        _ = ignored;
        return database.Number("SELECT ifnull(max(id), 0) FROM queued_recipient");
    }

    private static Shape Choose(QueueFilter filter) => filter switch
    {
        { Id: not null } => OfQueueId,
        { Recipient: not null } => OfAddress,
        { ReversePath: not null } => OfSender,
        { State: QueueState.Claimed or QueueState.Held } => OfState, // few, where those of a destination may be many
        { Destination: not null } => OfDestination,
        _ => Every,
    };

    private static Statement Bind(Statement statement, QueueFilter filter, (long After, long UpTo, int Limit) part) =>
        statement.Bind(1, part.After).Bind(2, part.Limit).Bind(3, filter.Id?.Value)
            .Bind(4, filter.Recipient is { } recipient ? AddressText.Key(recipient) : null)
            .Bind(5, filter.ReversePath is { } path ? SendingRows.Key(path) : null)
            .Bind(6, filter.Destination).Bind(7, (long?)filter.State).Bind(8, filter.AcceptedBefore?.ToUnixTimeMilliseconds()).Bind(9, part.UpTo);

    /// <summary>One way to the rows.</summary>
    private sealed class Shape(string from, string where, string order)
    {
        internal string Entries { get; } = Columns + from + WithTally + where + Conditions + order;

        internal string Numbers { get; } = "SELECT r.id " + from + where + Conditions + order;
    }
}
