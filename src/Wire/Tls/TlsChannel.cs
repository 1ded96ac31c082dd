using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Merpati.Wire.Tls;

/// <summary>The TLS of one connection, over its pipe. Encrypting never waits: the pipe keeps the outcome until its owner flushes it.</summary>
internal sealed class TlsChannel : IAsyncDisposable
{
    // Zero-byte reads: while it waits, a connection holds no buffer.
    private static readonly StreamPipeReaderOptions Reading = new(bufferSize: 16 * 1024, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true);

    private readonly PipeStream _pipe;
    private readonly SslStream _stream;

    public TlsChannel(PipeReader input, PipeWriter output, bool isServer)
    {
        _pipe = new PipeStream(input, output) { IsServer = isServer };
        _stream = new SslStream(_pipe, leaveInnerStreamOpen: true);
        Input = PipeReader.Create(_stream, Reading);
    }

    /// <summary>What the peer says, decrypted.</summary>
    public PipeReader Input { get; }

    /// <summary>Where replies are written, before they are encrypted.</summary>
    public PlainText Output { get; } = new();

    /// <summary>What the handshake came to; null before it and after it has failed.</summary>
    public TlsSession? Session { get; private set; }

    /// <summary>The server's handshake. Null when it has succeeded, or else why not, in words of our own or of the library.</summary>
    public Task<string?> HandshakeAsync(TlsServer server, CancellationToken cancellation)
    {
        TlsServer.ServedCertificate? certificate = null;
        X509Certificate2? client = null;
        return AttemptAsync(async () =>
        {
            try
            {
                await _stream.AuthenticateAsServerAsync(
                    (_, hello, _, _) =>
                    {
                        certificate = server.Choose(hello.ServerName);
                        return new ValueTask<SslServerAuthenticationOptions>(server.Options(certificate, valid => client = valid));
                    },
                    null,
                    cancellation);
            }
            catch (NotSupportedException) when (certificate is null)
            {
                throw new AuthenticationException("its ClientHello cannot be read"); // the library asks for no certificate then, and misses it
            }

            return new TlsSession(_stream, certificate!.EndPoint, client);
        });
    }

    /// <summary>The client's handshake; the same answers.</summary>
    public async Task<string?> HandshakeAsync(TlsClientOptions options, CancellationToken cancellation)
    {
        var verifier = new ServerVerifier(options);
        var failure = await AttemptAsync(async () =>
        {
            try
            {
                await _stream.AuthenticateAsClientAsync(verifier.Handshake(), cancellation);
            }
            catch (Exception odd) when (odd is NotSupportedException or InvalidOperationException or CryptographicException)
            {
                throw new AuthenticationException("what the server sent cannot be read", odd); // it is the server's doing, not our bug
            }

            return verifier.SessionOf(_stream);
        });
        return failure is null ? null : verifier.Refusal ?? failure;
    }

    /// <summary>Moves what was written to the pipe, encrypted.</summary>
    public void Encrypt()
    {
        if (Output.Length == 0) return;
        if (Session is null) Output.Release(); // a handshake that has failed leaves nobody to talk to, least of all in the clear
        else Output.MoveTo(_stream);
    }

    /// <summary>Says that nothing more follows (RFC 8446 §6.1): without that the peer could not tell the end from a cut.</summary>
    public async ValueTask CloseAsync()
    {
        if (Session is not null) await _stream.ShutdownAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Output.Release();
        await Input.CompleteAsync();
        await _stream.DisposeAsync();
    }

    private async Task<string?> AttemptAsync(Func<Task<TlsSession>> handshake)
    {
        try
        {
            Session = await handshake();
            _pipe.IsHandshaking = false;
            return null;
        }
        catch (OperationCanceledException)
        {
            return "the handshake took too long";
        }
        catch (AuthenticationException refused)
        {
            return (refused.InnerException ?? refused).Message;
        }
        catch (IOException)
        {
            return "the peer went away during the handshake";
        }
    }
}
