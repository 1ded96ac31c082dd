namespace Merpati.Host.Cli.Demo;

/// <summary>Holds a dialogue with a server that is started for it, and stopped again.</summary>
internal static class DialogueRun
{
    /// <summary>Holds it in a directory that is made for it, beneath <paramref name="above"/>.</summary>
    public static async Task<PlayedDialogue> HoldAsync(Dialogue dialogue, string above, CancellationToken cancellation)
    {
        await using var stage = await DialogueStage.SetAsync(dialogue, Path.Combine(above, dialogue.Name), cancellation);
        var scripts = new List<PlayedScript>();
        foreach (var script in dialogue.Scripts) scripts.Add(await DialoguePlayer.PlayAsync(script, dialogue.Scene, stage.EndPointOf(script.Protocol), cancellation));
        return new PlayedDialogue(dialogue, scripts, await stage.ReadMailboxesAsync(cancellation));
    }
}
