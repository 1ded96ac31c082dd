using Merpati.Storage.Messages;

namespace Merpati.Delivery.Intake;

/// <summary>The entries that one message makes, each mailbox once however many recipients lead to it.</summary>
internal sealed class DeliveryList
{
    private readonly List<LocalDelivery> _entries = new(1);
    private HashSet<long>? _seen;
    private long _only = -1;

    public DeliveryList(byte[] returnPath) => ReturnPath = returnPath;

    /// <summary>The Return-Path field that stands on top of every entry.</summary>
    public byte[] ReturnPath { get; }

    public IReadOnlyList<LocalDelivery> Entries => _entries;

    /// <summary>Adds an entry unless its mailbox has one or was passed over.</summary>
    public void Add(long mailboxId, byte[] trace, bool enforceQuota)
    {
        if (PassOver(mailboxId)) _entries.Add(new LocalDelivery(mailboxId, trace) { EnforceQuota = enforceQuota });
    }

    /// <summary>Has this mailbox get nothing from now on; false when it got something, or was passed over, before.</summary>
    public bool PassOver(long mailboxId)
    {
        if (_seen is not null) return _seen.Add(mailboxId);
        if (_only == mailboxId) return false;
        if (_only >= 0) _seen = [_only, mailboxId];
        _only = mailboxId;
        return true;
    }
}
