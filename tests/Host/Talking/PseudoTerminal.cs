using System.Diagnostics;
using System.Text;

namespace Merpati.Host.Tests.Talking;

/// <summary>A command on a terminal of its own, which script gives it: our input is the keyboard, its output the screen.</summary>
internal sealed class PseudoTerminal : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _script;

    /// <summary>Starts a command line of sh. The terminal shows what is typed, as terminals do; script would have that off where its own input is none.</summary>
    public PseudoTerminal(string command) =>
        _script = Command.Start(Command.Need("script"), ["-qefc", $"stty echo; {command}", "/dev/null"]);

    public async Task TypeAsync(string keys)
    {
        await _script.StandardInput.WriteAsync(keys);
        await _script.StandardInput.FlushAsync();
    }

    /// <summary>What is shown up to a text, and that.</summary>
    public async Task<string> ExpectAsync(string text)
    {
        var shown = new StringBuilder();
        var next = new char[1];
        while (!shown.ToString().EndsWith(text, StringComparison.Ordinal))
        {
            var length = await _script.StandardOutput.ReadAsync(next, TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit, TestContext.Current.CancellationToken);
            if (length == 0) Assert.Fail($"\"{text}\" was never shown, but this: {shown}");
            shown.Append(next);
        }

        return shown.ToString();
    }

    /// <summary>The rest of what is shown, and the exit status.</summary>
    public async Task<(int Status, string Shown)> EndAsync()
    {
        var shown = await _script.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
        await _script.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
        return (_script.ExitCode, shown);
    }

    public void Dispose()
    {
        if (!_script.HasExited) _script.Kill(entireProcessTree: true);
        _script.Dispose();
    }
}
