using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Merpati.Wire.Connecting;
using Merpati.Wire.Connections;
using Merpati.Wire.Tls;

namespace Merpati.Host.Cli.Talking;

/// <summary>The connection of a console: lines of text both ways, and TLS when it is asked for. One caller at a time, but for <see cref="Wake"/>.</summary>
internal sealed class TalkConnection : IAsyncDisposable
{
    private const int MaxLine = 256 * 1024; // octets; RFC 5321 §4.5.3.1.5 has 512, but people look at servers that keep to nothing

    private readonly OutgoingConnection _connection;
    private readonly TalkTarget _target;
    private volatile bool _isClosed;

    private TalkConnection(OutgoingConnection connection, TalkTarget target)
    {
        _connection = connection;
        _target = target;
    }

    /// <summary>What protects the connection; null when nothing does.</summary>
    public TlsSession? Tls => _connection.Wire.Tls;

    /// <summary>Whether nobody can listen on the way: it does not leave the machine.</summary>
    public bool IsLoopback => _connection.Wire.Ends.IsLoopback;

    /// <summary>Where the other end is.</summary>
    public string Peer => _connection.Wire.Ends.Remote?.ToString() ?? _target.ToString();

    /// <summary>The server's name for logging in.</summary>
    public string ServerName => _target.TlsName;

    /// <summary>The line last read, as <see cref="OctetText"/>.</summary>
    public string Line => OctetText.Decode(_connection.Wire.Line.Span);

    /// <summary>Connects to the first address of the host that answers. Throws <see cref="CommandFailure"/> when none does, or TLS comes to nothing.</summary>
    public static async Task<TalkConnection> OpenAsync(TalkTarget target, CancellationToken cancellation)
    {
        string? fault = null;
        foreach (var address in await AddressesAsync(target.Host, cancellation))
        {
            var attempt = await OutgoingConnection.ConnectAsync(new IPEndPoint(address, target.Port), new OutgoingOptions { MaxLineLength = MaxLine }, cancellation);
            fault = attempt.Fault;
            if (attempt.Connection is not { } opened) continue;
            var connection = new TalkConnection(opened, target);
            if (!target.IsImplicitTls || await connection.SecureAsync() is not { } refusal) return connection;
            await connection.DisposeAsync();
            throw new CommandFailure(refusal);
        }

        throw new CommandFailure($"cannot reach {target}: {fault ?? "it has no address"}");
    }

    /// <summary>Waits for a line, for <paramref name="patience"/> at most, or until <see cref="Wake"/>. What was written goes out first.</summary>
    public ValueTask<LineStatus> ReadAsync(TimeSpan patience) => _connection.Wire.ReadLineAsync(patience, mayDrain: false, mayInterrupt: true);

    /// <summary>Ends the present wait for a line, or the next. From any thread.</summary>
    public void Wake()
    {
        try
        {
            if (!_isClosed) _connection.Wire.Interrupt();
        }
        catch (Exception gone) when (gone is ObjectDisposedException or InvalidOperationException)
        {
            // A key that is pressed while the connection is closed comes too late.
        }
    }

    /// <summary>Writes a line, which is <see cref="OctetText"/>, to go out with the next wait.</summary>
    public void Write(string line)
    {
        _connection.Wire.Output.Write(OctetText.Encode(line));
        _connection.Wire.Output.Write("\r\n"u8);
    }

    /// <summary>Writes octets as they are.</summary>
    public void Write(ReadOnlySpan<byte> octets) => _connection.Wire.Output.Write(octets);

    /// <summary>Sends what has been written when it is much; false when the server is gone.</summary>
    public ValueTask<bool> FlushIfLargeAsync(TimeSpan patience) => _connection.Wire.FlushIfLargeAsync(patience);

    /// <summary>
    /// Goes over to TLS. Why it came to nothing, after which nobody is there to talk to; null when it has come to something. A server that has said more in the
    /// clear than its yes is not talked to (RFC 3207 §6, RFC 2595 §4): nothing that came before TLS is read after it.
    /// </summary>
    public async Task<string?> SecureAsync()
    {
        var options = new TlsClientOptions
        {
            TargetName = _target.TlsName,
            Verification = _target.MustVerify ? TlsVerification.Verified : TlsVerification.Required,
            Authorities = _target.Authorities,
        };
        return await _connection.Wire.SecureAsync(options) ? null : $"no TLS with {_target}: {_connection.Wire.TlsFailure ?? "it came to nothing"}";
    }

    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        return _connection.DisposeAsync();
    }

    private static async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal)) return [literal];
        try
        {
            return await System.Net.Dns.GetHostAddressesAsync(host, cancellation);
        }
        catch (SocketException)
        {
            throw new CommandFailure($"there is no host {ControlText.Escape(host)}, or its name cannot be asked for now");
        }
    }
}
