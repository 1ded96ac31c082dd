using System.Buffers;
using System.IO.Pipelines;
using Merpati.Wire.Lines;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Connections;

/// <content>Going over to TLS in the middle of a connection, or at its beginning.</content>
public sealed partial class WireConnection
{
    private volatile CancellationTokenSource? _handshake;

    /// <summary>The TLS that protects the connection; null when none does.</summary>
    public TlsSession? Tls => _channel?.Session;

    /// <summary>Why <see cref="SecureAsync(TlsServer)"/> or its other side answered false, for the log; null otherwise.</summary>
    public string? TlsFailure { get; private set; }

    /// <summary>
    /// Whether the peer has sent something that is not read yet: a client that must wait for a reply has not waited. Under TLS a part of a long
    /// record may go unnoticed.
    /// </summary>
    public bool HasBufferedInput => Holds(_input) || (Tls is not null && Holds(_transportInput));

    /// <summary>
    /// Sends what was written in the clear and goes over to TLS, within <see cref="TlsServer.HandshakeTimeout"/>. What the peer sent before
    /// its handshake is forgotten unread (RFC 3207 §4.2): it may be somebody else's. False when it comes to nothing; nobody is
    /// there to talk to then: what is written is dropped, and a read finds the peer gone.
    /// </summary>
    public ValueTask<bool> SecureAsync(TlsServer tls)
    {
        ArgumentNullException.ThrowIfNull(tls);
        if (_channel is not null) throw new InvalidOperationException("there is TLS already");
        ForgetInput(); // before the peer is told to begin: what comes after that is its handshake
        return ShakeHandsAsync(tls);
    }

    /// <summary>
    /// The client's side: goes over to TLS as <paramref name="options"/> say, once the server has agreed to it. A server that has said more than that in the
    /// clear is not talked to any more: it may be somebody else (RFC 3207 §6). False when it comes to nothing, as above.
    /// </summary>
    public ValueTask<bool> SecureAsync(TlsClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (_channel is not null) throw new InvalidOperationException("there is TLS already");
        if (HasBufferedInput)
        {
            Abort();
            ForgetInput();
            return new ValueTask<bool>(FailTls("the server spoke in the clear where TLS should have begun"));
        }

        ForgetInput();
        return ShakeHandsAsync(isServer: false, (channel, cancellation) => channel.HandshakeAsync(options, cancellation), options.HandshakeTimeout);
    }

    /// <summary>The same where nothing is said before it: what has been received is the beginning of the handshake.</summary>
    internal ValueTask<bool> ShakeHandsAsync(TlsServer tls) =>
        ShakeHandsAsync(isServer: true, (channel, cancellation) => channel.HandshakeAsync(tls, cancellation), tls.HandshakeTimeout);

    private async ValueTask<bool> ShakeHandsAsync(bool isServer, Func<TlsChannel, CancellationToken, Task<string?>> shake, TimeSpan timeout)
    {
        var cancellation = new CancellationTokenSource(); // never disposed of: the heartbeat may hold it still, and it has no timer
        _handshake = cancellation;
        Arm(timeout);
        try
        {
            if (!await FlushArmedAsync()) return FailTls("the peer went away before the handshake");
            _channel = new TlsChannel(_transportInput, _output, isServer);
            if (await shake(_channel, cancellation.Token) is { } fault) return FailTls(fault);
            _input = _channel.Input;
            return true;
        }
        finally
        {
            Disarm();
            _handshake = null;
        }
    }

    // A connection that was reset holds nothing; that it was, the next read says.
    private static bool Holds(PipeReader input)
    {
        try
        {
            if (!input.TryRead(out var result)) return false;
            var any = !result.Buffer.IsEmpty;
            input.AdvanceTo(result.Buffer.Start);
            return any;
        }
        catch (Exception gone) when (IsDisconnect(gone))
        {
            return false;
        }
    }

    // Neither what comes in the clear nor what the library makes of half a handshake is for the session to read.
    private bool FailTls(string fault)
    {
        TlsFailure = fault;
        _input = PipeReader.Create(ReadOnlySequence<byte>.Empty);
        return false;
    }

    private void ForgetInput()
    {
        _lines = new LineReader(_lines.MaxLength);
        ReleaseLine();
        try
        {
            while (_transportInput.TryRead(out var result))
            {
                _transportInput.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return;
            }
        }
        catch (Exception gone) when (IsDisconnect(gone))
        {
            // The handshake will notice.
        }
    }

    private async ValueTask EndTlsAsync()
    {
        try
        {
            _channel!.Encrypt();
            await _channel.CloseAsync();
        }
        catch (Exception gone) when (IsDisconnect(gone) || gone is InvalidOperationException)
        {
            // Nobody is left to be told.
        }
    }
}
