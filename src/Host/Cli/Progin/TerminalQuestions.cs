using System.Text;

namespace Merpati.Host.Cli.Progin;

/// <summary>Asks on a terminal for what the command line does not say. Where there is none, what is missing is wrong usage.</summary>
internal static class TerminalQuestions
{
    /// <summary>Whether there is somebody to ask.</summary>
    public static bool IsPossible => !Console.IsInputRedirected;

    /// <summary>One line; <paramref name="option"/> is what could have said it.</summary>
    public static string Ask(string question, string option)
    {
        if (!IsPossible) throw new CommandFailure($"say {option}", ExitStatus.WrongUsage);
        Console.Error.Write(question + ": ");
        return Console.In.ReadLine()?.Trim() ?? throw new CommandFailure("nothing more was said; nothing was done");
    }

    /// <summary>A text up to a lone dot, or the end of input.</summary>
    public static Stream AskForText()
    {
        Console.Error.WriteLine("The text, ended by a line with nothing but a dot:");
        var text = new StringBuilder();
        while (Console.In.ReadLine() is { } line && line != ".") text.Append(line).Append('\n');
        return new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
    }
}
