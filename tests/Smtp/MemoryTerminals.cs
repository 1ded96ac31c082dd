using Merpati.Mail.Terminals;

namespace Merpati.Smtp.Tests;

/// <summary>The terminals of alice, two at most.</summary>
internal sealed class MemoryTerminals : ITerminals
{
    private readonly Lock _gate = new();
    private readonly List<Attached> _attached = [];

    public int Count
    {
        get
        {
            lock (_gate) return _attached.Count;
        }
    }

    public ITerminal? Attach(long accountId, Action arrived)
    {
        Assert.Equal(7, accountId);
        lock (_gate)
        {
            if (_attached.Count == 2) return null;
            var terminal = new Attached(this, arrived);
            _attached.Add(terminal);
            return terminal;
        }
    }

    public bool IsAttached(long accountId) => Count > 0;

    public void Show(TerminalMessage message)
    {
        Attached[] all;
        lock (_gate) all = [.. _attached];
        foreach (var terminal in all) terminal.Put(message);
    }

    private sealed class Attached(MemoryTerminals owner, Action arrived) : ITerminal
    {
        private readonly Queue<TerminalMessage> _waiting = new();

        public void Put(TerminalMessage message)
        {
            lock (_waiting) _waiting.Enqueue(message);
            arrived();
        }

        public bool TryTake(out TerminalMessage? message)
        {
            lock (_waiting) return _waiting.TryDequeue(out message);
        }

        public void Dispose()
        {
            lock (owner._gate) Assert.True(owner._attached.Remove(this));
        }
    }
}
