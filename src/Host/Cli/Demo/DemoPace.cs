namespace Merpati.Host.Cli.Demo;

/// <summary>How long each line stands before the next one comes.</summary>
/// <param name="Command">After what the client says.</param>
/// <param name="Reply">After a reply.</param>
/// <param name="More">Within a reply, or a text, of several lines.</param>
/// <param name="Sentence">After a paragraph that tells what happens, for each of its words.</param>
internal sealed record DemoPace(TimeSpan Command, TimeSpan Reply, TimeSpan More, TimeSpan Sentence)
{
    /// <summary>All at once.</summary>
    public static readonly DemoPace None = Of(0, 0, 0, 0);

    /// <summary>For one who reads by himself.</summary>
    public static readonly DemoPace Fast = Of(350, 350, 80, 30);

    /// <summary>For a class that follows.</summary>
    public static readonly DemoPace Slow = Of(1000, 1400, 250, 120);

    private static DemoPace Of(int command, int reply, int more, int sentence) =>
        new(TimeSpan.FromMilliseconds(command), TimeSpan.FromMilliseconds(reply), TimeSpan.FromMilliseconds(more), TimeSpan.FromMilliseconds(sentence));
}
