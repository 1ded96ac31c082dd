using Merpati.Host.Cli.Saving;

namespace Merpati.Host.Cli.Fetching;

/// <summary>What a <c>fetch</c> is to do.</summary>
internal enum FetchAct
{
    /// <summary>Collect the mail into an account here.</summary>
    Collect,

    /// <summary>Tell how much there is.</summary>
    Stat,

    /// <summary>List the messages.</summary>
    List,

    /// <summary>Show messages.</summary>
    Show,

    /// <summary>Save messages on disk.</summary>
    Save,

    /// <summary>Remove messages.</summary>
    Delete,
}

/// <summary>What a person wants of a maildrop, without any store here.</summary>
/// <param name="Act">What is to be done.</param>
internal sealed record FetchOrder(FetchAct Act)
{
    /// <summary>Which messages; null for all.</summary>
    public MessageRanges? Messages { get; init; }

    /// <summary>Whether messages are shown as they are.</summary>
    public bool Raw { get; init; }

    /// <summary>Where they are saved; null where nothing is.</summary>
    public SavePath? Path { get; init; }

    /// <summary>Whether only what was not saved before is.</summary>
    public bool OnlyNew { get; init; }

    /// <summary>Whether what was saved is removed there.</summary>
    public bool Delete { get; init; }

    /// <summary>Whether a script reads what is printed.</summary>
    public bool Json { get; init; }

    /// <summary>Whether it may be shown how far it has come.</summary>
    public bool ShowsProgress { get; init; }
}
