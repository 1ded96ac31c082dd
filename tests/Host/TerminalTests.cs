using System.Diagnostics;

namespace Merpati.Host.Tests;

/// <summary>A terminal shows what is sent to it, as it comes.</summary>
public sealed class TerminalTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private RunningServer? _server;

    private string Data => _folder["data"];

    private RunningServer Server => _server!;

    public async ValueTask InitializeAsync()
    {
        await RunningServer.PrepareAsync(Data, "alice", "bob");
        _server = await RunningServer.StartAsync(Data);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ShowsWhatIsSentAndEndsWithQuit()
    {
        using var smtp = await MailDialogue.GreetAsync(Server);
        await smtp.AskAsync("SEND FROM:<sender@example.com>");
        Assert.StartsWith("450 4.2.1", await smtp.AskAsync("RCPT TO:<alice@example.org>"), StringComparison.Ordinal);
        using var terminal = Start("alice", "secret");
        Assert.Contains("attached as alice@example.org", await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("250", await smtp.AskAsync("RCPT TO:<alice@example.org>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await smtp.AskAsync("DATA"), StringComparison.Ordinal);
        await smtp.SendAsync(MailDialogue.Stuff(MailDialogue.Message("tea", "is ready\r\n.dot \u001b[31m\r\n")));
        Assert.StartsWith("250 2.0.0", await smtp.ReadReplyAsync(), StringComparison.Ordinal);
        var shown = new List<string>();
        while (shown.Count < 100 && await terminal.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && line != "---") shown.Add(line);
        Assert.Contains(shown, line => line.EndsWith("from <sender@example.com>", StringComparison.Ordinal));
        Assert.Contains("Subject: tea", shown);
        Assert.Contains(".dot \\u001b[31m", shown);
        Assert.Empty(await MailDialogue.ReadAllAsync(Server));

        await terminal.StandardInput.WriteLineAsync("quit");
        await terminal.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(0, terminal.ExitCode);
        await Patience.UntilAsync("the terminal is gone", async () =>
        {
            await smtp.AskAsync("RSET");
            await smtp.AskAsync("SEND FROM:<sender@example.com>");
            return (await smtp.AskAsync("RCPT TO:<alice@example.org>")).StartsWith("450", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task SaysClearlyWhyItIsRefused()
    {
        var wrong = await RunAsync("alice", "wrong\n");
        Assert.Equal(1, wrong.Status);
        Assert.Contains("the login is refused: 535 5.7.8", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", wrong.Output + wrong.Error, StringComparison.Ordinal);
        var closed = await Command.MerpatiAsync(Data, "secret\n", "terminal", "alice", "--password-stdin", "--server", "127.0.0.1:1");
        Assert.Equal(1, closed.Status);
        Assert.Contains("cannot reach 127.0.0.1 port 1", closed.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Command.MerpatiAsync(Data, "secret\n", "terminal", "alice", "--password-stdin", "--server", "127.0.0.1:x")).Status);
        Assert.Equal(2, (await Command.MerpatiAsync(Data, "", "terminal", "alice")).Status);
    }

    [Fact]
    public async Task WhoWantsNoMessagesOnATerminalGetsNone()
    {
        (await Command.MerpatiAsync(Data, null, "account", "set", "bob@example.org", "--terminal", "off")).Fine();
        using var smtp = await MailDialogue.GreetAsync(Server);
        await smtp.AskAsync("SEND FROM:<sender@example.com>");
        Assert.StartsWith("550 5.2.1", await smtp.AskAsync("RCPT TO:<bob@example.org>"), StringComparison.Ordinal);
    }

    private Process Start(string user, string password)
    {
        var process = Command.Start(Repository.Program, ["terminal", user, "--password-stdin", "--server", $"{Server.Submission}", "--data", Data]);
        process.StandardInput.WriteLine(password);
        process.StandardInput.Flush();
        return process;
    }

    private Task<CommandResult> RunAsync(string user, string input) => Command.MerpatiAsync(Data, input, "terminal", user, "--password-stdin", "--server", $"{Server.Submission}");
}
