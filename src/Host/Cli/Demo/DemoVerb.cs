using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Merpati.Host.Cli.Dialogues;

namespace Merpati.Host.Cli.Demo;

/// <summary><c>demo</c>: the dialogues of the old documents, held with a server of today and shown.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "The dialogues to play, by name or number as --list shows them. Default: all.", Arity = ArgumentArity.ZeroOrMore };
        var list = new Option<bool>("--list") { Description = "List the dialogues and play none." };
        var noPause = new Option<bool>("--no-pause") { Description = "Do not stop between the dialogues; without --pace, show all at once." };
        var pace = new Option<string?>("--pace") { Description = "How quickly the lines come: slow for a class that follows, fast for one reader. Default on a terminal: slow.", HelpName = "fast|slow" };
        pace.AcceptOnlyFromAmong("fast", "slow");
        var plain = new Option<bool>("--plain") { Description = "No colours and no columns: a line each, with C: and S: in front." };
        var verb = new Command("demo", """
            Play the dialogues of docs/dialogues: SMTP, ESMTP, POP3 and Progin as textbooks have them, what the client says on the left, what the server answers
            on the right. Every reply is real: a server is started for each dialogue in a temporary directory, and gone afterwards. It needs no setup, no
            data directory and no fixed ports, and disturbs no server that runs. At the end it shows what is in each mailbox.

            Space pauses and goes on, Enter goes to the next dialogue, q ends. Where it is no terminal, all is shown at once.
            Exit status 1: a reply is not as the file has it.
            """) { names, list, noPause, pace, plain };
        verb.SetAction(async (line, cancellation) =>
        {
            var dialogues = Choose(DialogueLibrary.ReadAll(), line.GetValue(names) ?? []);
            if (line.GetValue(list)) return List(dialogues);
            var isWatched = !Console.IsOutputRedirected && !Console.IsInputRedirected && !line.GetValue(noPause);
            var inColumns = !Console.IsOutputRedirected && !line.GetValue(plain);
            var screen = new DemoScreen(Console.Out, inColumns ? WidthOfTerminal() : null, inColumns && Colours.AreWanted(Console.IsOutputRedirected));
            IDemoKeys keys = isWatched ? new TerminalKeys(TimeProvider.System) : new NoKeys(TimeProvider.System);
            return await PlayAsync(dialogues, new DemoShow(screen, keys, Pace(line.GetValue(pace), isWatched)), screen, cancellation);
        });
        return verb;
    }

    private static async Task<int> PlayAsync(IReadOnlyList<Dialogue> dialogues, DemoShow show, DemoScreen screen, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        using var folder = new DemoFolder();
        var differences = new List<string>();
        var mailboxes = new List<MailboxRow>();
        try
        {
            for (var i = 0; i < dialogues.Count; i++)
            {
                var played = await DialogueRun.HoldAsync(dialogues[i], folder.Path, stop.Token);
                differences.AddRange(played.Differences());
                mailboxes.AddRange(played.Mailboxes);
                if (!await show.ShowAsync(played, i + 1, dialogues.Count, stop.Token)) break;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new CommandFailure("broken off");
        }

        screen.Mailboxes(mailboxes);
        if (differences.Count == 0) return ExitStatus.Done;
        var more = differences.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {differences.Count - 1} more)") : "";
        throw new CommandFailure($"{ControlText.Escape(differences[0].Replace("\n ", "", StringComparison.Ordinal))}{more}");

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true; // the temporary directory is removed first
            stop.Cancel();
        }
    }

    private static IReadOnlyList<Dialogue> Choose(IReadOnlyList<Dialogue> all, string[] names)
    {
        if (names.Length == 0) return all;
        return [.. names.SelectMany(name => all.Where(dialogue => dialogue.IsCalled(name)).ToList() is { Count: > 0 } called
            ? called
            : throw new CommandFailure($"there is no dialogue {ControlText.Escape(name)}; 'merpati demo --list' shows them", ExitStatus.WrongUsage)).Distinct()];
    }

    private static int List(IReadOnlyList<Dialogue> dialogues)
    {
        var listing = new Listing("name", "title");
        foreach (var dialogue in dialogues) listing.Add(dialogue.Name, dialogue.Title);
        listing.Print(Console.Out, json: false, "none");
        return ExitStatus.Done;
    }

    private static DemoPace Pace(string? named, bool isWatched) => named switch
    {
        "fast" => DemoPace.Fast,
        "slow" => DemoPace.Slow,
        _ => isWatched ? DemoPace.Slow : DemoPace.None,
    };

    private static int WidthOfTerminal()
    {
        const int Usual = 80;
        return Console.WindowWidth is > 0 and var width ? width : Usual;
    }
}
