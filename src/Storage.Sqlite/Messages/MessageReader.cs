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
    private const string Next = "SELECT octets FROM body_chunk WHERE id = ?1";

    private readonly ReaderPool _readers;
    private readonly BodyHolder _holder;
    private readonly long _bodyId;
    private byte[]? _buffer;
    private int _filled;
    private long _left;
    private long _nextChunk = 1;
    private bool _started;

    private MessageReader((ReaderPool Readers, BodyHolder Holder) message, Statement row)
    {
        (_readers, _holder) = message;
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

    internal static IMessageReader? Open(Database database, (ReaderPool Readers, BodyHolder Holder) message)
    {
        using var row = message.Holder.First(database);
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
        if (!row.Step()) throw _holder.IsKept(database) ? Damaged() : Gone();
        var chunk = row.Blob(0);
        if (chunk.IsEmpty || chunk.Length > _left || chunk.Length > _buffer!.Length) throw Damaged();
        chunk.CopyTo(_buffer);
        _filled = chunk.Length;
        _left -= chunk.Length;
        _nextChunk++;
        return _buffer.AsMemory(0, _filled);
    }

    private StoreException Damaged() => new(StoreFailure.Corrupt, $"the text of {_holder} is not whole: the store is damaged");

    private static StoreException Gone() => new(StoreFailure.Gone, "the message has been removed while it was read");
}
