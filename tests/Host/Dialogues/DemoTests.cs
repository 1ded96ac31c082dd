using System.Runtime.InteropServices;

namespace Merpati.Host.Tests.Dialogues;

/// <summary><c>merpati demo</c> as somebody runs it who has the program and nothing else.</summary>
public sealed partial class DemoTests : IDisposable
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    private readonly TemporaryFolder _folder = new();

    public DemoTests() => Directory.CreateDirectory(_folder["tmp"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AllOfThemAreHeldAndShownWithoutATerminal()
    {
        var shown = (await RunAsync()).Fine().Split('\n');
        foreach (var name in DialogueFiles.Names)
        {
            foreach (var line in DialogueFiles.Read(name).Split('\n').Where(line => line.StartsWith("C:", StringComparison.Ordinal) && !IsAnswer(line))) Assert.Contains(line, shown);
            Assert.Contains(shown, line => line.EndsWith(DialogueFiles.Read(name).Split('\n')[0][2..], StringComparison.Ordinal));
        }

        Assert.Contains("S: +OK mrose's maildrop has 2 messages (320 octets)", shown);
        Assert.Contains("S: +OK dewey.example.com POP3 server signing off (maildrop empty)", shown);
        Assert.Contains("S: -ERR Too many arguments for the RSET command.", shown);
        Assert.Contains("S: 550 5.1.1 <Sidorov@comp3.otd2.constr.org>... No such user here", shown);
        Assert.Contains("What is in the mailboxes now", shown);
        Assert.Contains(shown, line => line.StartsWith("Petrov@comp3.otd2.constr.org ", StringComparison.Ordinal) && line.EndsWith("Test", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, line => line.Contains('\u001b', StringComparison.Ordinal));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task OnlyThoseThatAreNamed()
    {
        var shown = (await RunAsync("pop3-apop")).Fine();
        Assert.StartsWith("1/1  POP3: two messages, read with APOP\n", shown, StringComparison.Ordinal);
        Assert.EndsWith("mrose@example.com  none                   ".TrimEnd() + "\n", shown, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task OnATerminalTheyStandSideBySideInColour()
    {
        var script = Command.Need("script");
        var line = string.Join(' ', ["env", "-u", "NO_COLOR", "TERM=xterm", .. Arguments("pop3-apop", "--no-pause")]);
        var shown = (await Command.RunAsync(script, ["-qec", $"stty cols 100 && {line}", "/dev/null"])).Fine();
        Assert.Contains($"\u001b[36m{"STAT",-48}\u001b[0m |\r\n", shown, StringComparison.Ordinal);
        Assert.Contains($"{new string(' ', 48)} | \u001b[32m+OK 2 320\u001b[0m\r\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("C: STAT", shown, StringComparison.Ordinal);
        AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Pacific/Pago_Pago")]
    public async Task TheyAreTheSameInEveryTimeZone(string zone) => (await Command.RunAsync("env", [$"TZ={zone}", .. Arguments()])).Fine();

    [Fact]
    public async Task ListShowsTheirNames()
    {
        var shown = (await RunAsync("--list")).Fine().Split('\n');
        foreach (var name in DialogueFiles.Names) Assert.Contains(shown, line => line.StartsWith(name + " ", StringComparison.Ordinal));
        AssertNothingIsLeft();
    }

    [Fact]
    public async Task AnUnknownNameIsWrongUsage()
    {
        var refused = await RunAsync("imap");
        Assert.Equal(2, refused.Status);
        Assert.Equal("merpati: there is no dialogue imap; 'merpati demo --list' shows them\n", refused.Error);
        Assert.Equal(2, (await RunAsync("--pace", "moderate")).Status);
    }

    [Fact]
    public async Task WithoutAPlaceForItsDirectoryItSaysSo()
    {
        Directory.Delete(_folder["tmp"]);
        var refused = await RunAsync();
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.Equal($"merpati: cannot make a temporary directory in {_folder["tmp"]}/; TMPDIR names another place\n", refused.Error);
    }

    [Theory]
    [InlineData(SigInt)]
    [InlineData(SigTerm)]
    public async Task WhoBreaksItOffLeavesNothingBehind(int signal)
    {
        using var demo = Command.Start("env", Arguments("--pace", "slow"));
        Assert.StartsWith("1/", await demo.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFileSystemEntries(_folder["tmp"], "merpati-demo-*"));
        Assert.Equal(0, Signal(demo.Id, signal));
        Assert.Equal("merpati: broken off\n", await demo.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await demo.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(1, demo.ExitCode);
        AssertNothingIsLeft();
    }

    // The answers to challenges are others at every run.
    private static bool IsAnswer(string line) => line.StartsWith("C: APOP ", StringComparison.Ordinal) || line.EndsWith("==", StringComparison.Ordinal);

    // The runtime keeps files of its own there while it runs.
    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.GetFileSystemEntries(_folder["tmp"], "merpati-*"));
        Assert.False(Directory.Exists(_folder["data"]));
    }

    private Task<CommandResult> RunAsync(params string[] more) => Command.RunAsync("env", Arguments(more));

    // A configuration in the environment must not change what the server of the show says.
    private string[] Arguments(params string[] more) =>
        [$"TMPDIR={_folder["tmp"]}", $"MERPATI_DATA={_folder["data"]}", "MERPATI__Smtp__Vrfy=nobody", Repository.Program, "demo", .. more];

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
