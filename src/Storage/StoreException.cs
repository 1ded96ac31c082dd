namespace Merpati.Storage;

/// <summary>Why the store could not do what was asked.</summary>
public enum StoreFailure
{
    /// <summary>The disk is full. Nothing was changed; it works again when there is room.</summary>
    NoSpace,

    /// <summary>Another process held the store for too long. Nothing was changed.</summary>
    Busy,

    /// <summary>What is on disk is damaged.</summary>
    Corrupt,

    /// <summary>
    /// A write or a flush failed, so nothing more can be promised: the store takes no more changes until the process starts anew
    /// and reads what is really on disk. A failed fsync is never tried again.
    /// </summary>
    Broken,

    /// <summary>What was being read has been removed meanwhile.</summary>
    Gone,

    /// <summary>The store cannot be opened: it is in use, of a newer version, missing, or not readable. The message says which.</summary>
    CannotOpen,
}

/// <summary>The store could not do what was asked; <see cref="Exception.Message"/> is one line fit for an administrator.</summary>
public sealed class StoreException : Exception
{
    /// <summary>A failure with its line for an administrator.</summary>
    public StoreException(StoreFailure failure, string message, Exception? inner = null)
        : base(message, inner) => Failure = failure;

    /// <summary>What kind of failure it is.</summary>
    public StoreFailure Failure { get; }
}
