using System.Text;

namespace Merpati.Host.Tests.Queue;

/// <summary>A server that carries mail of alice@example.org to hosts of a test, and may be killed and started again.</summary>
internal sealed class QueueSystem : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _settings = ["Smtp:Relay:AllowedNetworks=127.0.0.0/8", "Delivery:Retry:First=00:00:01", "Delivery:Retry:Longest=00:00:01"];
    private RunningServer? _server;

    public RunningServer Server => _server!;

    public string Data => _folder["data"];

    public static async Task<QueueSystem> CreateAsync(params string[] settings)
    {
        var system = new QueueSystem();
        system._settings.AddRange(settings);
        await RunningServer.PrepareAsync(system.Data, "alice");
        return system;
    }

    /// <summary>Has mail to a domain go to a host.</summary>
    public void Route(string domain, PeerHost peer, string words = "tls=none") => _settings.Add($"Delivery:Routes:{domain}={peer.Address} {words}");

    public async Task StartAsync() => _server = await RunningServer.StartAsync(Data, [.. _settings.SelectMany(setting => new[] { "--set", setting })]);

    public Task KillAsync() => Server.KillAsync();

    /// <summary>Sends a message; it must be accepted.</summary>
    public Task SendAsync(string recipient, string subject) => SendAsync(recipient, MailDialogue.Message(subject));

    /// <summary>Sends a text; it must be accepted.</summary>
    public async Task SendAsync(string recipient, byte[] text)
    {
        using var smtp = await MailDialogue.GreetAsync(Server);
        Assert.StartsWith("250", await smtp.AskAsync("MAIL FROM:<alice@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync($"RCPT TO:<{recipient}>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync(MailDialogue.Stuff(text));
        Assert.StartsWith("250", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
    }

    /// <summary>The addresses that wait.</summary>
    public async Task<IReadOnlyList<string>> WaitingAsync()
    {
        var listed = (await Command.MerpatiAsync(Data, null, "queue", "list", "--json")).Fine();
        return [.. System.Text.Json.JsonDocument.Parse(listed).RootElement.EnumerateArray().Select(entry => entry.GetProperty("recipient").GetString()!)];
    }

    /// <summary>What alice has been told.</summary>
    public async Task<IReadOnlyList<string>> NoticesAsync() =>
        [.. (await MailDialogue.ReadAllAsync(Server)).Select(message => Encoding.Latin1.GetString(message))];

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }
}
