namespace Merpati.Host.Cli.Demo;

/// <summary>Shows dialogues that have been held, at a pace that people can follow. It does nothing to them: they have been said before they are shown.</summary>
internal sealed class DemoShow
{
    private const string AtTheEnd = "[Enter: the next dialogue   q: the end]";
    private const string Paused = "[paused   Space: go on   Enter: the next dialogue   q: the end]";

    private readonly DemoScreen _screen;
    private readonly IDemoKeys _keys;
    private readonly DemoPace _pace;

    /// <summary>A show; where nobody is there to press a key, it does not stop between the dialogues.</summary>
    public DemoShow(DemoScreen screen, IDemoKeys keys, DemoPace pace)
    {
        _screen = screen;
        _keys = keys;
        _pace = pace;
    }

    /// <summary>Whether the rest of this dialogue comes at once: the next one is wanted.</summary>
    private bool _hurries;
    private bool _ends;

    /// <summary>Shows one; false when no more is wanted.</summary>
    public async Task<bool> ShowAsync(PlayedDialogue played, int number, int count, CancellationToken cancellation)
    {
        _hurries = false;
        _screen.Heading(number, count, played.Dialogue.Title);
        foreach (var script in played.Scripts)
        {
            foreach (var paragraph in script.Script.Sentences)
            {
                _screen.Sentences(paragraph);
                await WaitAsync(_pace.Sentence * paragraph.Split(' ').Length, cancellation);
            }

            if (_ends) return false;
            _screen.Opening(script.Script.Protocol);
            for (var i = 0; i < script.Lines.Count && !_ends; i++)
            {
                _screen.Line(script.Lines[i]);
                await WaitAsync(After(script.Lines, i), cancellation);
            }

            _screen.Closing();
            if (_ends) return false;
        }

        if (!_keys.AreThere || _hurries || number == count) return true;
        return await StopAsync(AtTheEnd, cancellation) != DemoKey.Quit;
    }

    private TimeSpan After(IReadOnlyList<PlayedLine> lines, int at)
    {
        if (at + 1 < lines.Count && lines[at + 1].Side == lines[at].Side) return _pace.More;
        return lines[at].Side == DialogueSide.Client ? _pace.Command : _pace.Reply;
    }

    private async ValueTask WaitAsync(TimeSpan span, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_hurries || _ends || span == TimeSpan.Zero) return;
        var key = await _keys.WaitAsync(span, cancellation);
        if (key == DemoKey.Pause) key = await StopAsync(Paused, cancellation);
        _hurries = key == DemoKey.Next;
        _ends = key == DemoKey.Quit;
    }

    private async ValueTask<DemoKey> StopAsync(string hint, CancellationToken cancellation)
    {
        _screen.Hint(hint);
        try
        {
            return await _keys.WaitAsync(null, cancellation);
        }
        finally
        {
            _screen.EraseHint(); // also for what is said when it is broken off
        }
    }
}
