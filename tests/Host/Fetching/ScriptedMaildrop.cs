using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Merpati.Host.Tests.Fetching;

/// <summary>What a scripted server does in place of its proper answer.</summary>
internal sealed record MaildropAnswer(byte[] Octets)
{
    /// <summary>Whether it hangs up behind it.</summary>
    public bool HangsUp { get; init; }

    /// <summary>Whether it says it again and again until the client has enough.</summary>
    public bool IsEndless { get; init; }

    /// <summary>Whether it is silent from then on.</summary>
    public bool Holds { get; init; }

    public static MaildropAnswer Of(string text) => new(Encoding.Latin1.GetBytes(text));
}

/// <summary>A POP3 server over a real socket with a few messages, which does what a test says. Any password will do.</summary>
internal sealed class ScriptedMaildrop : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[][] _messages;
    private readonly CancellationTokenSource _end = new();
    private readonly List<string> _heard = [];
    private readonly Task _serving;

    public ScriptedMaildrop(params byte[][] messages)
    {
        _messages = messages;
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"pop3://alice@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>What is said in place of the proper answer to a command ("" is the connection itself); null for that answer.</summary>
    public Func<string, MaildropAnswer?> Instead { get; init; } = _ => null;

    /// <summary>What CAPA says; null for a server that does not know it.</summary>
    public string? Capabilities { get; init; } = "TOP\r\nUIDL\r\nUSER\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE";

    /// <summary>The commands that it has heard.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _serving;
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true) sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
        }

        await Task.WhenAll(sessions);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await ServeAsync(client.GetStream());
            }
            catch (Exception failure) when (failure is IOException or OperationCanceledException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1);
        for (var line = ""; line is not null; line = await reader.ReadLineAsync(_end.Token))
        {
            lock (_heard) _heard.Add(line);
            var answer = Instead(line) ?? new MaildropAnswer(Proper(line)) { HangsUp = line == "QUIT" };
            do await stream.WriteAsync(answer.Octets, _end.Token);
            while (answer.IsEndless);
            if (answer.Holds) await new TaskCompletionSource().Task.WaitAsync(_end.Token);
            if (answer.HangsUp) return;
        }
    }

    private byte[] Proper(string line)
    {
        var words = line.Split(' ');
        return words[0] switch
        {
            "" => "+OK ready\r\n"u8.ToArray(),
            "CAPA" => Encoding.ASCII.GetBytes(Capabilities is null ? "-ERR what?\r\n" : $"+OK\r\n{Capabilities}\r\n.\r\n"),
            "STAT" => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"+OK {_messages.Length} {_messages.Sum(message => message.Length)}\r\n")),
            "LIST" => Lines(number => _messages[number - 1].Length.ToString(CultureInfo.InvariantCulture)),
            "UIDL" => Lines(number => $"id-{number}"),
            "RETR" => [.. "+OK\r\n"u8, .. MailDialogue.Stuff(_messages[int.Parse(words[1], CultureInfo.InvariantCulture) - 1])],
            "TOP" => [.. "+OK\r\n"u8, .. MailDialogue.Stuff(Head(_messages[int.Parse(words[1], CultureInfo.InvariantCulture) - 1]))],
            _ => "+OK\r\n"u8.ToArray(),
        };
    }

    private static byte[] Head(byte[] message) => message[..(message.AsSpan().IndexOf("\r\n\r\n"u8) + 4)];

    private byte[] Lines(Func<int, string> value) =>
        Encoding.ASCII.GetBytes($"+OK\r\n{string.Concat(Enumerable.Range(1, _messages.Length).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number} {value(number)}\r\n")))}.\r\n");
}
