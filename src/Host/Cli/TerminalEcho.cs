namespace Merpati.Host.Cli;

/// <summary>Keeps the terminal from showing by itself what is typed.</summary>
internal static class TerminalEcho
{
    /// <summary>
    /// Off, until the program ends, where standard input is a terminal. The runtime takes the terminal's echo away when it first looks for a key, and gives it
    /// back at the end, also when a signal ends the program; so it is made to look at once, before anybody is asked. What is typed ahead is not lost.
    /// </summary>
    public static void Off()
    {
        try
        {
            if (!Console.IsInputRedirected) _ = Console.KeyAvailable;
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            // Whoever reads next is told that the terminal is gone.
        }
    }
}
