using System.Collections.Concurrent;
using System.Text;
using Merpati.Host.Cli.Talking;

namespace Merpati.Host.Tests.Talking;

/// <summary>A terminal on which nobody sits: keys are pressed by the test, and what is written is kept.</summary>
internal sealed class FakeTerminal : IConsoleScreen, IKeySource, IDisposable
{
    private readonly BlockingCollection<ConsoleKeyInfo> _keys = [];
    private readonly StringBuilder _written = new();

    public int Width { get; init; } = 80;

    /// <summary>All that was written.</summary>
    public string Written
    {
        get
        {
            lock (_written) return _written.ToString();
        }
    }

    public bool IsKeyWaiting => _keys.Count > 0;

    public static ConsoleKeyInfo Key(char character) => new(character, character switch
    {
        '\r' => ConsoleKey.Enter,
        '\t' => ConsoleKey.Tab,
        _ => ConsoleKey.None,
    }, shift: false, alt: false, control: character is > '\0' and < ' ');

    public static ConsoleKeyInfo Key(ConsoleKey key) => new('\0', key, shift: false, alt: false, control: false);

    public void Write(string text)
    {
        lock (_written) _written.Append(text);
    }

    public ConsoleKeyInfo? Read() => _keys.TryTake(out var key, Timeout.Infinite) ? key : null;

    public void Type(string text)
    {
        foreach (var character in text) _keys.Add(Key(character));
    }

    public void Press(ConsoleKey key) => _keys.Add(Key(key));

    /// <summary>The terminal is closed.</summary>
    public void Close() => _keys.CompleteAdding();

    public Task UntilShownAsync(string text) => Patience.UntilAsync($"\"{text}\" is shown", () => Task.FromResult(Written.Contains(text, StringComparison.Ordinal)));

    public void Dispose() => _keys.CompleteAdding();
}
