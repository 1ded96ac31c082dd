namespace Merpati.Storage.Contract;

/// <summary>A place of its own in which one test keeps a store; disposing removes it.</summary>
public abstract class StoreHome : IAsyncDisposable
{
    /// <summary>Opens the store, for the first time or again.</summary>
    public abstract ValueTask<IMailStore> OpenAsync();

    /// <summary>Opens the store once more beside whoever has it open, as a command in another process does.</summary>
    public abstract ValueTask<IMailStore> OpenBesideAsync();

    /// <summary>Completes when the store has done in the background what was left to do.</summary>
    public abstract Task SettleAsync(IMailStore store);

    public abstract ValueTask DisposeAsync();
}
