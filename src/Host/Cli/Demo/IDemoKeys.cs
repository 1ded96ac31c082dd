namespace Merpati.Host.Cli.Demo;

/// <summary>The keys of whoever watches a show, and the time that it takes.</summary>
internal interface IDemoKeys
{
    /// <summary>Whether somebody is there to press one.</summary>
    bool AreThere { get; }

    /// <summary>Waits for a key, at most so long; for ever when <paramref name="limit"/> is null, which needs somebody to be there.</summary>
    ValueTask<DemoKey> WaitAsync(TimeSpan? limit, CancellationToken cancellation);
}
