namespace Merpati.Host.Cli.Talking;

/// <summary>What the console does itself: lines that begin with a dot. None of them is ever said to the server.</summary>
internal sealed class LocalCommands(TalkSession session)
{
    /// <summary>What there is, for help.</summary>
    public const string Help = """
        .help             this
        .explain CODE     what a reply means: .explain 550, .explain 5.1.1, .explain IN-USE
        .login [USER]     log in by the safest way that the server offers (as AUTH does in SMTP)
        .tls              what protects the connection
        .save FILE        save the dialogue so far to FILE and go on so, secrets hidden
        .raw LINE         say LINE just as it is: AUTH by hand, say
        .send LINE        say LINE and do not wait for the reply: what comes is shown as it comes
                          (AUTH, DATA, STARTTLS and STLS are waited for, as with .raw: they ask for more)
        .wait             wait for all replies to what was sent so
        .quit             leave without saying QUIT
        """;

    // After these the server wants something else than a command; of all protocols at once. Who says a command instead says a secret aloud, or is stuck.
    private static readonly string[] Demanding = ["AUTH", "DATA", "STARTTLS", "STLS"];

    private static readonly string[] Names = [".explain ", ".help", ".login", ".quit", ".raw ", ".save ", ".send ", ".tls", ".wait"];

    /// <summary>Whether a line is one of them, or means to be.</summary>
    public static bool Is(string line) => line.StartsWith('.');

    /// <summary>Whether a line may be called back later: not one with a secret in it, whether it is said by .raw or .send or without.</summary>
    public static bool IsKept(string line)
    {
        var isSaidAsItIs = TalkWords.IsVerb(line, ".raw") || TalkWords.IsVerb(line, ".send");
        return !SpokenSecrets.IsIn(isSaidAsItIs ? Rest(line) : line);
    }

    /// <summary>What a line may become that begins so.</summary>
    public IReadOnlyList<string> Complete(string typed) => Is(typed) ? TalkWords.Matching(typed, Names) : session.Protocol.Complete(typed.TrimStart());

    public async Task RunAsync(string line)
    {
        var name = TalkWords.Of(line)[0];
        var rest = Rest(line);
        switch (name)
        {
            case ".help":
                foreach (var text in Help.Split('\n')) session.Console.Answer(text.TrimEnd('\r'));
                break;
            case ".explain":
                session.Console.Answer(ReplyMeanings.Lookup(rest) ?? "that is no code that is known here");
                break;
            case ".login":
                await new TalkLogin(session).RunAsync(new TalkPlan(TalkDeed.LogIn, User: rest.Length > 0 ? rest : null));
                break;
            case ".tls":
                session.ShowTls();
                break;
            case ".save":
                Save(rest);
                break;
            case ".raw" when rest.Length > 0:
                await SayAsync(rest);
                break;
            case ".send" when Array.Exists(Demanding, verb => TalkWords.IsVerb(rest, verb)):
                await SayAsync(rest);
                break;
            case ".send" when rest.Length > 0:
                session.Say(rest);
                break;
            case ".wait" when session.IsAwaiting:
                await session.FollowAsync();
                break;
            case ".wait":
                session.Console.Note("nothing was sent that has no reply yet");
                break;
            case ".quit":
                session.End(new TalkEnding(ExitStatus.Done));
                break;
            default:
                session.Console.Note("there is no such command of the console's own; .help lists them, and .raw says a line that begins with a dot");
                break;
        }
    }

    // What stands after the first word.
    private static string Rest(string line) => line.TrimStart(' ', '\t')[TalkWords.Of(line)[0].Length..].TrimStart(' ', '\t');

    private Task SayAsync(string line)
    {
        session.Say(line);
        return session.Protocol.Plan(line).Deed == TalkDeed.SayAndWrite ? TextEntry.UnaskedAsync(session) : session.FollowAsync();
    }

    private void Save(string path)
    {
        if (path.Length == 0) session.Console.Note(session.Transcript.File is { } file ? $"the dialogue is saved to {file}" : "say where to: .save FILE");
        else if (session.Transcript.Save(path) is { } fault) session.Console.Note($"not saved: {fault}");
        else session.Console.Note($"saved to {path}, and so is what follows");
    }
}
