using Merpati.Smtp.Client;

namespace Merpati.Host.Cli.Sending;

/// <summary>The text of a message in a file, read once.</summary>
internal sealed class SpooledText(FileStream spool, IProgress<double>? progress) : IOutgoingText
{
    private readonly byte[] _piece = new byte[64 * 1024];
    private long _read;

    public long Length { get; } = spool.Length;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellation)
    {
        var length = await spool.ReadAsync(_piece, cancellation);
        _read += length;
        if (length > 0) progress?.Report((double)_read / Length);
        return _piece.AsMemory(0, length);
    }
}
