using System.CommandLine;
using Merpati.Host.Cli.Dialogues;

namespace Merpati.Host.Cli.Talking;

/// <summary><c>talk PROTOCOL HOST:PORT</c>: a console for the protocols of mail.</summary>
internal static class TalkVerb
{
    private static readonly TimeSpan ScriptPatience = TimeSpan.FromMinutes(10); // RFC 5321 §4.5.3.2.6: the longest that a server may take

    private const string Help = $"""
        Type the protocol's commands; Tab completes them, the arrow keys bring back earlier ones. STARTTLS and STLS start TLS when the
        server says yes. AUTH [MECHANISM] [USER] and APOP USER ask for what is missing and run the whole login; PASS, SNDR USER and
        LGIN USER alone ask for the password. After DATA type the text and end it with a line of a dot: dots are doubled for you, and
        .. stands for a line of a dot. BDAT without a length counts the octets. Ctrl-C drops the line, or ends the session where there
        is none; Ctrl-D leaves.

        Lines that begin with a dot are for the console itself:

        {LocalCommands.Help}

        Without a terminal it reads lines and prints the server's; each line waits for the reply to the one before, and what AUTH asks
        for is read from the next lines:  printf 'EHLO me\nQUIT\n' | merpati talk smtp localhost:2525

        Exit status: 0 when QUIT was said or the input ended; 1 when the server closed by itself, could not be reached, or its
        certificate is not good.
        """;

    public static Command Create()
    {
        var verb = new Command("talk", "Talk to a mail server by hand: telnet for mail, with a line editor, completion, TLS, logins, and replies explained. 'talk smtp --help' tells what can be typed.");
        verb.Add(Create("smtp", "SMTP, also for submission. HOST alone means port 25, with --tls implicit 465.", static () => new SmtpTalk()));
        verb.Add(Create("pop3", "POP3. HOST alone means port 110, with --tls implicit 995.", static () => new Pop3Talk()));
        verb.Add(Create("progin", "Progin, the course protocol. HOST alone means port 2109.", static () => new ProginTalk()));
        return verb;
    }

    private static Command Create(string name, string description, Func<ITalkProtocol> protocol)
    {
        var where = new Argument<string>("HOST:PORT") { Description = "The server.\n\n" + Help }; // here, for the lists of commands show what stands at the verb
        var options = new TalkOptions();
        var verb = new Command(name, "Talk " + description) { where };
        options.AddTo(verb);
        verb.SetAction(async (line, cancellation) =>
        {
            var target = options.Target(line, TalkTarget.Parse(line.GetRequiredValue(where), name, options.IsImplicitTls(line)));
            var isTerminal = !Console.IsInputRedirected && !Console.IsOutputRedirected && !options.IsTranscript(line);
            using var signals = new TalkSignals(isTerminal, cancellation);
            if (isTerminal) TerminalEcho.Off(); // what is typed while it connects may be a password
            using var transcript = new TalkTranscript($"{name} {target}", TimeProvider.System);
            await using var connection = await ConnectAsync(target, signals.Token);
            if (options.File(line) is { } file && transcript.Save(file) is { } fault) throw new CommandFailure($"the dialogue cannot be saved: {fault}");
            var make = (ITalkConsole console) => new TalkSession(connection, protocol(), console, transcript, isTerminal ? null : ScriptPatience);
            var ending = isTerminal
                ? await OnTerminalAsync(make, options.Explains(line) ?? true, signals.Token)
                : await WithoutTerminalAsync(make, options.Explains(line) ?? false, options.IsTranscript(line));
            return ending.Fault is null ? ending.Status : throw new CommandFailure(ending.Fault, ending.Status);
        });
        return verb;
    }

    // A host that takes its time is not waited for once somebody wants to stop.
    private static async Task<TalkConnection> ConnectAsync(TalkTarget target, CancellationToken stop)
    {
        try
        {
            return await TalkConnection.OpenAsync(target, stop).WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            throw new CommandFailure(TalkSignals.Fault);
        }
    }

    private static async Task<TalkEnding> OnTerminalAsync(Func<ITalkConsole, TalkSession> make, bool explains, CancellationToken stop)
    {
        using var terminal = new SystemTerminal();
        using var console = new TerminalConsole(terminal, terminal, Colours.AreWanted(isRedirected: false)) { Explains = explains };
        var session = make(console);
        console.Hint($"connected to {session.Connection.Peer}; .help for help, Tab completes, Ctrl-D leaves");
        await using var stopping = stop.Register(session.Stop);
        return await session.RunAsync();
    }

    private static async Task<TalkEnding> WithoutTerminalAsync(Func<ITalkConsole, TalkSession> make, bool explains, bool isTranscript)
    {
        using var input = new BufferedStream(Console.OpenStandardInput());
        using var output = Console.OpenStandardOutput();
        using var console = new PlainConsole(input, output, Console.Error)
        {
            IsForPeople = !Console.IsOutputRedirected,
            IsTranscript = isTranscript,
            Explains = explains,
            AskSecret = Console.IsInputRedirected ? null : PasswordInput.Ask,
        };
        return await make(console).RunAsync();
    }
}
