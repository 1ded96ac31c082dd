namespace Merpati.Storage.Sqlite.Messages;

/// <summary>Which maildrops are held by a session of this process (RFC 1939 §4). They die with it, as they must.</summary>
internal sealed class MaildropLocks
{
    private readonly Lock _gate = new();
    private readonly HashSet<long> _held = [];

    internal IAsyncDisposable? TryTake(long mailboxId)
    {
        lock (_gate) return _held.Add(mailboxId) ? new Hold(this, mailboxId) : null;
    }

    internal bool IsHeld(long mailboxId)
    {
        lock (_gate) return _held.Contains(mailboxId);
    }

    private sealed class Hold : IAsyncDisposable
    {
        private readonly long _mailboxId;
        private MaildropLocks? _locks;

        internal Hold(MaildropLocks locks, long mailboxId)
        {
            _locks = locks;
            _mailboxId = mailboxId;
        }

        // Once only: by the second time another session may have the maildrop.
        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _locks, null) is not { } locks) return ValueTask.CompletedTask;
            lock (locks._gate) locks._held.Remove(_mailboxId);
            return ValueTask.CompletedTask;
        }
    }
}
