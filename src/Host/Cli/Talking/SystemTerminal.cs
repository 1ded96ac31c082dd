namespace Merpati.Host.Cli.Talking;

/// <summary>The terminal that the program runs on. Disposing gives Ctrl-C its usual meaning back.</summary>
internal sealed class SystemTerminal : IConsoleScreen, IKeySource, IDisposable
{
    private const int UsualWidth = 80; // cells

    public SystemTerminal() => Console.TreatControlCAsInput = true;

    public int Width
    {
        get
        {
            try
            {
                return Console.WindowWidth is var width and > 0 ? width : UsualWidth;
            }
            catch (IOException)
            {
                return UsualWidth;
            }
        }
    }

    public bool IsKeyWaiting
    {
        get
        {
            try
            {
                return Console.KeyAvailable;
            }
            catch (Exception gone) when (gone is InvalidOperationException or IOException)
            {
                return false;
            }
        }
    }

    public void Write(string text)
    {
        Console.Out.Write(text);
        Console.Out.Flush();
    }

    public ConsoleKeyInfo? Read()
    {
        try
        {
            return Console.ReadKey(intercept: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            return null; // the terminal was closed
        }
    }

    public void Dispose() => Console.TreatControlCAsInput = false;
}
