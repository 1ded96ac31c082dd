using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Merpati.Wire.Connections;
using Merpati.Wire.Listening;
using Merpati.Wire.Tls;

namespace Merpati.Wire.Tests.Tls;

/// <summary>Says back every line with "plain" or "tls" before it; "starttls" and "quit" do what they say, "binding" tells the channel bindings.</summary>
internal sealed class CommandService(TlsServer? tls) : IConnectionService
{
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource<string> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All lines that were acted on.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Why a handshake came to nothing.</summary>
    public Task<string> Failed => _failed.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public ConnectionEnds? Ends { get; private set; }

    public TlsSession? Session { get; private set; }

    public int MaxLineLength => 512;

    public ReadOnlyMemory<byte> Refusal(Admission reason) => Encoding.ASCII.GetBytes($"{reason}\r\n");

    public async Task ServeAsync(WireConnection connection)
    {
        Ends = connection.Ends;
        Session = connection.Tls;
        connection.Output.Write("hello\r\n"u8);
        while (true)
        {
            var status = await connection.ReadLineAsync(Timeout, mayDrain: true, mayInterrupt: true);
            if (status is LineStatus.Closed) return;
            var line = status == LineStatus.Line ? Encoding.Latin1.GetString(connection.Line.Span) : status.ToString();
            Lines.Enqueue(line);
            if (status is LineStatus.Draining or LineStatus.TimedOut) return;
            if (line == "quit") return;
            if (line == "starttls")
            {
                if (!await SecureAsync(connection)) return;
                continue;
            }

            Say(connection, Answer(connection, line));
        }
    }

    private static string Answer(WireConnection connection, string line) => line switch
    {
        "binding" => Convert.ToHexString(connection.Tls!.Exporter.Span) + " " + Convert.ToHexString(connection.Tls.ServerEndPoint.Span),
        "name" => connection.Tls!.ServerName ?? "nobody",
        "who" => connection.Tls!.ClientCertificate?.Subject ?? "nobody",
        _ => (connection.Tls is null ? "plain " : "tls ") + line,
    };

    private static void Say(WireConnection connection, string line) => connection.Output.Write(Encoding.Latin1.GetBytes(line + "\r\n"));

    private async Task<bool> SecureAsync(WireConnection connection)
    {
        Say(connection, "go");
        if (await connection.SecureAsync(tls!))
        {
            Session = connection.Tls;
            return true;
        }

        _failed.TrySetResult(connection.TlsFailure!);
        Say(connection, "in the clear after all");
        await connection.FlushAsync(Timeout);
        return false;
    }
}
