using System.Buffers;
using System.IO.Pipelines;
using System.Security.Authentication;

namespace Merpati.Wire.Tls;

/// <summary>
/// The pipe to the peer, as the stream that a handshake wants. What is written stays in the pipe until its owner flushes it, except during the
/// handshake. A read that is cancelled has taken nothing. What is no handshake at its very start
/// ends it at once: the library would take it for a length and wait for so much.
/// </summary>
internal sealed class PipeStream(PipeReader input, PipeWriter output) : Stream
{
    private const byte AlertRecord = 21; // RFC 8446 §5.1
    private const byte HandshakeRecord = 22;

    private bool _begun;

    /// <summary>Whether the peer is the one to begin: a server's first word may be an alert, too. Null where whatever comes is passed on.</summary>
    public bool? IsServer { get; init; }

    /// <summary>While set, writes go out at once, and what follows a wait runs on the pool: its sums take long.</summary>
    public bool IsHandshaking { get; set; } = true;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (!input.TryRead(out var result))
            {
                result = await input.ReadAsync(cancellationToken);
                if (IsHandshaking) await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            var octets = result.Buffer;
            if (!octets.IsEmpty)
            {
                if (!_begun && !MayBegin(octets.FirstSpan[0])) throw new AuthenticationException("it does not begin with a handshake");
                _begun = true;
                var taken = (int)Math.Min(octets.Length, buffer.Length);
                octets = octets.Slice(0, taken);
                octets.CopyTo(buffer.Span);
                input.AdvanceTo(octets.End);
                return taken;
            }

            input.AdvanceTo(octets.Start);
            if (result.IsCompleted) return 0;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        output.Write(buffer.Span);
        if (IsHandshaking) await output.FlushAsync(cancellationToken);
    }

    public override void Write(ReadOnlySpan<byte> buffer) => output.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private bool MayBegin(byte record) => IsServer is null || record == HandshakeRecord || (record == AlertRecord && IsServer == false);
}
