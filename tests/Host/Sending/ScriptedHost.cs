using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Host.Tests.Sending;

/// <summary>A host that answers each command as a test says, connection after connection.</summary>
internal sealed class ScriptedHost : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<string, string?> _answer;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    /// <summary>
    /// A host; <paramref name="answer"/> gets each line ("" for the greeting, "." for the end of the text) and returns what is said to it, or null to hang up.
    /// </summary>
    public ScriptedHost(Func<string, string?> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>An answer for which <see cref="Waiting"/> is asked.</summary>
    public const string Waits = "waits";

    /// <summary>What is said where the answer is <see cref="Waits"/>, when it is known.</summary>
    public Func<Task<string?>> Waiting { get; set; } = () => Task.FromResult<string?>(null);

    /// <summary>Every line that was said outside of texts.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>The texts, as they came.</summary>
    public StringBuilder Text { get; } = new();

    /// <summary>A host that says yes to all, offers these extensions, and answers lines that begin so in this way.</summary>
    public static ScriptedHost Offering(string extensions, params (string Line, string? Answer)[] answers) => new(line =>
    {
        foreach (var (begin, answer) in answers)
        {
            if (begin.Length == 0 ? line.Length == 0 : line.StartsWith(begin, StringComparison.Ordinal)) return answer;
        }

        if (line.Length == 0) return "220 peer.example ESMTP";
        if (line.StartsWith("EHLO", StringComparison.Ordinal) || line.StartsWith("LHLO", StringComparison.Ordinal))
        {
            string[] lines = ["peer.example", .. extensions.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Replace('+', ' '))];
            return string.Join("\r\n", lines.Select((word, at) => $"250{(at < lines.Length - 1 ? '-' : ' ')}{word}"));
        }

        return line == "DATA" ? "354 go" : line == "QUIT" ? "221 bye" : "250 ok";
    });

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                try
                {
                    await ServeAsync(client.GetStream());
                }
                catch (IOException)
                {
                    // This one was torn down; the next may come.
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var line = "";
        do
        {
            if (line.Length > 0) Heard.Add(line);
            if (await AnswerAsync(line) is not { } answer) return;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), _end.Token);
            if (!answer.StartsWith("354", StringComparison.Ordinal)) continue;
            while (await reader.ReadLineAsync(_end.Token) is { } text && text != ".") Text.Append(text).Append("\r\n");
            if (await AnswerAsync(".") is not { } verdict) return;
            await stream.WriteAsync(Encoding.UTF8.GetBytes(verdict + "\r\n"), _end.Token);
        }
        while ((line = await reader.ReadLineAsync(_end.Token)) is not null);
    }

    private async Task<string?> AnswerAsync(string line) => _answer(line) is not Waits and var answer ? answer : await Waiting();
}
