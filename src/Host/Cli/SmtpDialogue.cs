using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Merpati.Host.Cli;

/// <summary>A reply as a client reads it.</summary>
/// <param name="Code">Its three digits.</param>
/// <param name="Lines">The text of each line.</param>
internal sealed record SmtpAnswer(int Code, IReadOnlyList<string> Lines)
{
    public bool IsGood => Code is >= 200 and < 300;

    public override string ToString() => $"{Code} {ControlText.Escape(Lines[^1])}";
}

/// <summary>The client's end of an SMTP connection, line by line. Throws <see cref="CommandFailure"/> when the server breaks off or talks nonsense.</summary>
internal sealed class SmtpDialogue : IAsyncDisposable
{
    private const int MaxLine = 128 * 1024;
    private const int MaxLines = 1000;

    private readonly TcpClient _connection;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpDialogue(TcpClient connection)
    {
        _connection = connection;
        _stream = connection.GetStream();
    }

    /// <summary>Whether the connection has TLS.</summary>
    public bool IsTls => _stream is SslStream;

    public static async Task<SmtpDialogue> ConnectAsync(string host, int port, CancellationToken cancellation)
    {
        var connection = new TcpClient { NoDelay = true };
        try
        {
            await connection.ConnectAsync(host, port, cancellation);
            return new SmtpDialogue(connection);
        }
        catch (SocketException fault)
        {
            connection.Dispose();
            throw new CommandFailure($"cannot reach {host} port {port}: {fault.Message}");
        }
    }

    /// <summary>Sends a line and reads the reply.</summary>
    public async Task<SmtpAnswer> AskAsync(string line, CancellationToken cancellation)
    {
        await SendAsync(line, cancellation);
        return await ReadReplyAsync(cancellation);
    }

    public async Task SendAsync(string line, CancellationToken cancellation)
    {
        try
        {
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);
        }
        catch (IOException)
        {
            throw new CommandFailure("the server has closed the connection");
        }
    }

    public async Task<SmtpAnswer> ReadReplyAsync(CancellationToken cancellation)
    {
        var lines = new List<string>();
        while (lines.Count < MaxLines)
        {
            var line = await ReadLineAsync(cancellation) ?? throw new CommandFailure("the server has closed the connection");
            if (!TryRead(line, out var code, out var isLast)) break;
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (isLast) return new SmtpAnswer(code, lines);
        }

        throw new CommandFailure("the server does not speak SMTP");
    }

    /// <summary>The next line without its end; null when the server has closed.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellation)
    {
        using var line = new MemoryStream();
        while (line.Length < MaxLine)
        {
            if (_start == _end && !await FillAsync(cancellation)) return null;
            var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var length = found < 0 ? _end - _start : found + 1;
            line.Write(_buffer, _start, length);
            _start += length;
            if (found >= 0) return Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length).TrimEnd('\n').TrimEnd('\r');
        }

        throw new CommandFailure("the server sent a line without an end");
    }

    /// <summary>Starts TLS after a good answer to STARTTLS. <paramref name="isKnown"/> says which certificates are believed although no authority vouches for them.</summary>
    public async Task StartTlsAsync(string host, Func<X509Certificate, bool> isKnown, CancellationToken cancellation)
    {
        // RFC 3207 §6: what came in clear with the answer was put there by somebody else.
        if (_start != _end) throw new CommandFailure("the server said more than it should before TLS; somebody may be listening");
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false, (_, certificate, _, errors) => errors == SslPolicyErrors.None || (certificate is not null && isKnown(certificate)));
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellation);
            _stream = tls;
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException)
        {
            await tls.DisposeAsync();
            throw new CommandFailure($"no TLS with {host}: {fault.Message} (a certificate of its own is believed with --trust FILE)");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _connection.Dispose();
    }

    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        try
        {
            _start = 0;
            _end = await _stream.ReadAsync(_buffer, cancellation);
            return _end > 0;
        }
        catch (IOException)
        {
            _end = 0;
            return false;
        }
    }

    private static bool TryRead(string line, out int code, out bool isLast)
    {
        code = 0;
        isLast = line.Length == 3 || (line.Length > 3 && line[3] == ' ');
        if (line.Length < 3 || !line.AsSpan(0, 3).ContainsAnyInRange('0', '9') || (!isLast && line[3] != '-')) return false;
        return int.TryParse(line.AsSpan(0, 3), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out code);
    }
}
