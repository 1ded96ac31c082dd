namespace Merpati.Host.Cli;

/// <summary>One thing that <c>check</c> has looked at.</summary>
/// <param name="Result">How it is: one of the constants here.</param>
/// <param name="What">What was looked at.</param>
/// <param name="Text">What was found, in a line.</param>
internal sealed record Finding(string Result, string What, string Text)
{
    public const string Fine = "ok";
    public const string Doubtful = "warning";
    public const string Wrong = "wrong";
}
