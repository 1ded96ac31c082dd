using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Merpati.Bench.Submission;

/// <summary>One connection to a submission server: TLS, SCRAM-SHA-256, messages.</summary>
internal sealed class SubmissionConnection : IAsyncDisposable
{
    private const string ServerName = "mx.example.org"; // the name under which the TLS sessions are kept

    private readonly byte[] _input = new byte[8192];
    private Stream _stream;
    private int _at;
    private int _end;

    private SubmissionConnection(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Whether the TLS session was resumed, as far as the runtime tells.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>Connects, starts TLS, and logs in.</summary>
    public static async Task<SubmissionConnection> OpenAsync(IPEndPoint server, LoadOptions options, string user)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new SubmissionConnection(socket);
        try
        {
            if (options.Tls == TlsStart.Implicit) await connection.StartTlsAsync(options.Resume);
            await connection.ExpectAsync("220");
            if (options.Tls == TlsStart.StartTls)
            {
                await connection.CommandAsync("EHLO client.example.com", "250");
                await connection.CommandAsync("STARTTLS", "220");
                await connection.StartTlsAsync(options.Resume);
            }

            await connection.CommandAsync("EHLO client.example.com", "250");
            await connection.LogInAsync(user, options.Password);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one message, a command at a time, as clients that do not pipeline do; the text ends with the final dot.</summary>
    public async Task SendMessageAsync(string from, string to, ReadOnlyMemory<byte> text)
    {
        await CommandAsync($"MAIL FROM:<{from}>", "250");
        await CommandAsync($"RCPT TO:<{to}>", "250");
        await CommandAsync("DATA", "354");
        await _stream.WriteAsync(text);
        await ExpectAsync("250");
    }

    public Task QuitAsync() => CommandAsync("QUIT", "221");

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async Task LogInAsync(string user, string password)
    {
        var scram = new ScramClient(user, password);
        var first = await CommandAsync("AUTH SCRAM-SHA-256 " + Encode(scram.First), "334");
        var final = await CommandAsync(Encode(scram.Final(Decode(first))), "334", "235");

        // RFC 4954 §4: what the server says last comes as a challenge that is answered with nothing.
        if (!final.StartsWith("334", StringComparison.Ordinal)) throw new LoadFailure("the server did not prove that it knows the password");
        if (!scram.IsServers(Decode(final))) throw new LoadFailure("the server's signature is wrong");
        await CommandAsync("", "235");
    }

    private async Task StartTlsAsync(bool resume)
    {
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = ServerName,
            AllowTlsResume = resume,
            RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null, // which the load's servers have signed themselves
        });
        IsResumed = ResumedOf(tls);
    }

    // .NET does not say it, so OpenSSL is asked. Where either is another version than expected, nothing is reported as resumed.
    private static bool ResumedOf(SslStream tls)
    {
        var context = typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(tls);
        return context is SafeHandle { IsInvalid: false } handle && NativeLibrary.TryLoad("libssl.so.3", out _) && SessionReused(handle.DangerousGetHandle()) == 1;
    }

    [DllImport("libssl.so.3", EntryPoint = "SSL_session_reused")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SessionReused(nint connection);

    private async Task<string> CommandAsync(string line, params string[] codes)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        return await ExpectAsync(codes);
    }

    private async Task<string> ExpectAsync(params string[] codes)
    {
        string line;
        do line = await ReadLineAsync();
        while (line.Length > 3 && line[3] == '-');
        return codes.Any(code => line.StartsWith(code, StringComparison.Ordinal)) ? line : throw new LoadFailure($"wanted {string.Join(" or ", codes)}, got: {line}");
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await _stream.ReadAsync(_input));
                if (_end == 0) throw new LoadFailure("the server closed the connection");
            }

            var newline = _input.AsSpan(_at.._end).IndexOf((byte)'\n');
            var length = newline < 0 ? _end - _at : newline + 1;
            line.Append(Encoding.ASCII.GetString(_input, _at, length));
            _at += length;
            if (newline >= 0) return line.ToString().TrimEnd('\r', '\n');
        }
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Decode(string reply) => Encoding.UTF8.GetString(Convert.FromBase64String(reply[4..]));
}
