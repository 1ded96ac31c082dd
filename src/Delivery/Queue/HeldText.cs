using Merpati.Storage.Messages;
using Merpati.Storage.Queue;

namespace Merpati.Delivery.Queue;

/// <summary>The text of a claimed message: what came with the claim, or what the store opens now.</summary>
internal sealed class HeldText : IMessageReader
{
    private ReadOnlyMemory<byte> _left;

    private HeldText(ReadOnlyMemory<byte> text) => (_left, Size) = (text, text.Length);

    /// <inheritdoc/>
    public long Size { get; }

    /// <summary>Opens the text from its beginning; as often as it is wanted.</summary>
    public static ValueTask<IMessageReader?> OpenAsync(IQueueStore store, ClaimedSending sending, CancellationToken cancellation) =>
        sending.Text.IsEmpty ? store.OpenAsync(sending.SendingId, cancellation) : new ValueTask<IMessageReader?>(new HeldText(sending.Text));

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        var text = _left;
        _left = default;
        return new ValueTask<ReadOnlyMemory<byte>>(text);
    }

    /// <inheritdoc/>
    public void Dispose() => _left = default;
}
