using System.Globalization;
using System.Runtime.InteropServices;

namespace Merpati.Host.Tests.Talking;

/// <summary>What the program does to the terminal that it runs on.</summary>
public sealed partial class TalkTerminalTests
{
    private const int SigHup = 1;
    private const int SigInt = 2;
    private const int SigTerm = 15;

    private static readonly string Program = $"env TERM=xterm '{Repository.Program}'";

    [Theory]
    [InlineData(SigHup)]
    [InlineData(SigInt)]
    [InlineData(SigTerm)]
    public async Task ASignalEndsTheSessionAndLeavesTheTerminalAsItWas(int signal)
    {
        using var server = new ScriptedServer(async server =>
        {
            await server.SayAsync("220 h\r\n");
            Assert.Null(await server.HearAsync());
        });
        using var terminal = new PseudoTerminal($"sh -c 'echo process $$.; exec $0 \"$@\"' {Program} talk smtp 127.0.0.1:{server.Port}; echo status $?; stty -a");
        await terminal.ExpectAsync("process ");
        var process = int.Parse((await terminal.ExpectAsync("."))[..^1], CultureInfo.InvariantCulture);
        await terminal.ExpectAsync("smtp> ");
        Assert.Equal(0, Signal(process, signal));
        var (_, shown) = await terminal.EndAsync();
        await server.Script;
        Assert.Contains("merpati: stopped by a signal; QUIT was not said\r\nstatus 1\r\n", shown, StringComparison.Ordinal);
        Assert.Contains(" icanon ", shown, StringComparison.Ordinal);
        Assert.Contains(" echo ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsTypedWhileItConnectsIsNotShown()
    {
        PseudoTerminal? terminal = null;
        var isThere = new TaskCompletionSource();
        using var server = new ScriptedServer(async server =>
        {
            await isThere.Task;
            await terminal!.TypeAsync("AUTH PLAIN alice\rhunter2\rQUIT\r"); // nobody has asked yet
            await server.SayAsync("220 h\r\n");
            await server.PlayAsync(("AUTH PLAIN AGFsaWNlAGh1bnRlcjI=", "235 ok\r\n"), ("QUIT", "221 bye\r\n"));
        });
        using (terminal = new PseudoTerminal($"{Program} talk smtp 127.0.0.1:{server.Port}"))
        {
            isThere.SetResult();
            var (status, shown) = await terminal.EndAsync();
            await server.Script;
            Assert.Equal(0, status);
            Assert.Contains("235 ok", shown, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", shown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task CtrlDInPlaceOfAPasswordIsTheEndOfTheInput()
    {
        using var terminal = new PseudoTerminal($"{Program} terminal alice --server 127.0.0.1:1; echo status $?; stty -a");
        await terminal.ExpectAsync("Password: ");
        await terminal.TypeAsync("\u0004");
        var (_, shown) = await terminal.EndAsync();
        Assert.Contains("merpati: no password was given: the input has ended\r\nstatus 1\r\n", shown, StringComparison.Ordinal);
        Assert.Contains(" echo ", shown, StringComparison.Ordinal);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
