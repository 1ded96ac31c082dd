using System.Buffers;
using Merpati.Storage.Messages;
using Merpati.Storage.Sqlite.Engine;
using Merpati.Storage.Sqlite.Reading;

namespace Merpati.Storage.Sqlite.Messages;

/// <summary>
/// Reads one message. Opening it has already fetched the trace and the first chunk, which is all there is to most messages; each further
/// piece is a query of its own, so that a slow reader holds no transaction open.
/// </summary>
internal sealed class MessageReader : IMessageReader
{
    private const string First = """
        SELECT e.size, e.body_id, e.trace, c.octets
        FROM entry e LEFT JOIN body_chunk c ON c.id = e.body_id << 16
        WHERE e.mailbox_id = ?1 AND e.uid = ?2 AND EXISTS (SELECT 1 FROM mailbox WHERE id = ?1)
        """;

    private const string Kept = "SELECT 1 FROM entry WHERE mailbox_id = ?1 AND uid = ?2 AND EXISTS (SELECT 1 FROM mailbox WHERE id = ?1)";
    private const string Next = "SELECT octets FROM body_chunk WHERE id = ?1";

    private readonly ReaderPool _readers;
    private readonly long _mailboxId;
    private readonly uint _uid;
    private readonly long _bodyId;
    private byte[]? _buffer;
    private int _filled;
    private long _left;
    private long _nextChunk = 1;
    private bool _started;

    private MessageReader((ReaderPool Readers, long MailboxId, uint Uid) message, Statement row)
    {
        (_readers, _mailboxId, _uid) = message;
        Size = row.Int64(0);
        _bodyId = row.Int64(1);
        var trace = row.Blob(2);
        var chunk = row.Blob(3);
        _left = Size - trace.Length - chunk.Length;
        if (_left < 0 || (chunk.IsEmpty && _left > 0)) throw Damaged();
        _filled = trace.Length + chunk.Length;
        _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(_filled, _left > 0 ? BodyChunk.Octets : 0));
        trace.CopyTo(_buffer);
        chunk.CopyTo(_buffer.AsSpan(trace.Length));
    }

    public long Size { get; }

    internal static IMessageReader? Open(Database database, (ReaderPool Readers, long MailboxId, uint Uid) message)
    {
        using var row = database.Use(First).Bind(1, message.MailboxId).Bind(2, message.Uid);
        return row.Step() ? new MessageReader(message, row) : null;
    }

    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (!_started)
        {
            _started = true;
            return new ValueTask<ReadOnlyMemory<byte>>(_buffer.AsMemory(0, _filled));
        }

        return _left == 0 ? default : _readers.ReadAsync(this, static (database, reader) => reader.Fill(database), cancellation);
    }

    public void Dispose()
    {
        if (_buffer is not { } buffer) return;
        _buffer = null;
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private ReadOnlyMemory<byte> Fill(Database database)
    {
        using var row = database.Use(Next).Bind(1, BodyChunk.Key(_bodyId, _nextChunk));
        if (!row.Step()) throw IsKept(database) ? Damaged() : Gone();
        var chunk = row.Blob(0);
        if (chunk.IsEmpty || chunk.Length > _left || chunk.Length > _buffer!.Length) throw Damaged();
        chunk.CopyTo(_buffer);
        _filled = chunk.Length;
        _left -= chunk.Length;
        _nextChunk++;
        return _buffer.AsMemory(0, _filled);
    }

    private bool IsKept(Database database)
    {
        using var row = database.Use(Kept).Bind(1, _mailboxId).Bind(2, _uid);
        return row.Step();
    }

    private StoreException Damaged() => new(StoreFailure.Corrupt, $"the text of message {_uid} of mailbox {_mailboxId} is not whole: the store is damaged");

    private static StoreException Gone() => new(StoreFailure.Gone, "the message has been removed while it was read");
}
