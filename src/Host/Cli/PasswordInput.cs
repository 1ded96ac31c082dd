using System.Security.Cryptography;
using System.Text;
using Merpati.Auth.Passwords;

namespace Merpati.Host.Cli;

/// <summary>A password that a command got, and whether it was made up here and must be shown.</summary>
/// <param name="Text">The password.</param>
/// <param name="Generated">Whether nobody knows it yet.</param>
internal sealed record GivenPassword(string Text, bool Generated)
{
    /// <summary>What is kept of it.</summary>
    public string ToVerifier(int iterations) => PasswordVerifier.Create(Encoding.UTF8.GetBytes(Text), iterations).ToString();
}

/// <summary>Gets passwords without ever taking them from the command line, where every user of the machine could read them.</summary>
internal static class PasswordInput
{
    private const char EndOfInput = '\u0004'; // Ctrl-D

    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    /// <summary>From standard input when told so; else asked for on a terminal, where an empty one means "make one up"; else made up.</summary>
    public static GivenPassword Get(bool fromStandardInput)
    {
        if (fromStandardInput) return new GivenPassword(Check(Console.In.ReadLine() ?? ""), Generated: false);
        if (Console.IsInputRedirected) return Generate();
        var first = Ask("Password (empty: one is made up and shown): ");
        if (first.Length == 0) return Generate();
        if (Ask("The same again: ") != first) throw new CommandFailure("the two passwords differ; nothing was changed");
        return new GivenPassword(Check(first), Generated: false);
    }

    /// <summary>A password that exists already, to log in with: from standard input when told so, else asked for on a terminal.</summary>
    public static string Existing(bool fromStandardInput)
    {
        if (!fromStandardInput && Console.IsInputRedirected) throw new CommandFailure("standard input is no terminal; give the password there with --password-stdin", ExitStatus.WrongUsage);
        return Check(fromStandardInput ? Console.In.ReadLine() ?? "" : Ask("Password: "));
    }

    /// <summary>A password of twenty letters and digits, about 98 bits.</summary>
    public static GivenPassword Generate()
    {
        var groups = Enumerable.Range(0, 4).Select(_ => new string(RandomNumberGenerator.GetItems<char>(Letters, 5)));
        return new GivenPassword(string.Join('-', groups), Generated: true);
    }

    /// <summary>Refuses what cannot be a password.</summary>
    public static string Check(string password)
    {
        if (password.Length == 0) throw new CommandFailure("the password is empty");
        if (password.Contains('\0', StringComparison.Ordinal)) throw new CommandFailure("a password cannot hold a NUL");
        return Encoding.UTF8.GetByteCount(password) <= PasswordVerifier.MaxPasswordOctets
            ? password
            : throw new CommandFailure($"the password is longer than {PasswordVerifier.MaxPasswordOctets} octets");
    }

    /// <summary>Asks at the keyboard, without showing what is typed. Throws <see cref="CommandFailure"/> at the end of the input: Ctrl-D in place of a password.</summary>
    public static string Ask(string prompt)
    {
        TerminalEcho.Off(); // whoever sees the prompt may type
        Console.Error.Write(prompt);
        var typed = new StringBuilder();
        while (ReadKey() is { Key: not ConsoleKey.Enter } key)
        {
            if (key.KeyChar == EndOfInput && typed.Length == 0) throw HasEnded();
            if (key.Key == ConsoleKey.Backspace && typed.Length > 0) typed.Length--;
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }

    private static ConsoleKeyInfo ReadKey()
    {
        try
        {
            return Console.ReadKey(intercept: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            throw HasEnded(); // the terminal was closed
        }
    }

    private static CommandFailure HasEnded()
    {
        Console.Error.WriteLine();
        return new CommandFailure("no password was given: the input has ended");
    }
}
