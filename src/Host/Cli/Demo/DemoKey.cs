namespace Merpati.Host.Cli.Demo;

/// <summary>What a person asks of a show.</summary>
internal enum DemoKey
{
    /// <summary>Nothing, in the time that was waited.</summary>
    None,

    /// <summary>Space: stop here, or go on.</summary>
    Pause,

    /// <summary>Enter: the next dialogue.</summary>
    Next,

    /// <summary>q: the end.</summary>
    Quit,
}
