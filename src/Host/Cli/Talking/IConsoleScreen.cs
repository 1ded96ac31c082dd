namespace Merpati.Host.Cli.Talking;

/// <summary>The terminal's screen.</summary>
internal interface IConsoleScreen
{
    /// <summary>How many cells a row has.</summary>
    int Width { get; }

    /// <summary>Writes text in which the terminal obeys what is for it.</summary>
    void Write(string text);
}

/// <summary>The keys that are pressed.</summary>
internal interface IKeySource
{
    /// <summary>Whether the next key is there already, so that nobody need wait for it. For the thread that reads.</summary>
    bool IsKeyWaiting { get; }

    /// <summary>Waits for the next key; null when there will be none.</summary>
    ConsoleKeyInfo? Read();
}
