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
