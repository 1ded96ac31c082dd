using System.CommandLine;
using System.CommandLine.Help;
using Merpati.Host.Cli.Demo;
using Merpati.Host.Cli.Fetching;
using Merpati.Host.Cli.Progin;
using Merpati.Host.Cli.Sending;
using Merpati.Host.Cli.Talking;
using Merpati.Storage;

namespace Merpati.Host.Cli;

/// <summary>The command line as a whole.</summary>
internal static class MerpatiCommand
{
    public static RootCommand Create()
    {
        var root = new RootCommand("""
            Merpati, the mail system: receives mail by SMTP, keeps it durably, hands it out by POP3, carries it to other hosts.

            First steps:
              merpati demo                               how mail talks: SMTP and POP3, held and shown, without any setup
              merpati setup you@example.org --serve      a mail system with a first account, running
              merpati account add bob@example.org        one more account, also while it runs
              merpati alias add sales@example.org bob@example.org
              merpati fetch pop3s://you@old.example.net/ your mail from an old server
              merpati check                              is everything as it should be?

            Exit status: 0 done; 1 refused or failed, with a line on standard error; 2 wrong usage.
            """)
        {
            SetupVerb.Create(), ServeVerb.Create(), DomainVerb.Create(), AccountVerb.Create(), AliasVerb.Create(), GroupVerb.Create(), ForwardVerb.Create(),
            MailboxVerb.Create(), FetchVerb.Create(), SendVerb.Create(), ProginVerb.Create(), TalkVerb.Create(), DemoVerb.Create(),
            TerminalVerb.Create(), ThrottleVerb.Create(), QueueVerb.Create(), CheckVerb.Create(),
            GlobalOptions.Data, GlobalOptions.Config, GlobalOptions.Set,
        };
        return root;
    }

    /// <summary>Runs one command line and returns the exit status of the contract.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var line = Create().Parse(arguments);
        if (line.Errors.Count > 0 && line.Action is not HelpAction)
        {
            foreach (var error in line.Errors) Tell($"merpati: {error.Message}");
            Tell($"Try '{Path(line.CommandResult)} --help'.");
            return ExitStatus.WrongUsage;
        }

        try
        {
            return await line.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (CommandFailure failure)
        {
            foreach (var text in failure.Message.Split('\n')) Tell($"merpati: {text}");
            return failure.Status;
        }
        catch (StoreException failure)
        {
            Tell($"merpati: {failure.Message}");
            return ExitStatus.Failed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Tell($"merpati: {ControlText.Escape(failure.Message)}");
            return ExitStatus.Failed;
        }
    }

    // The exit status says it, too, where nobody is there any more to be told: on a terminal that is gone.
    private static void Tell(string text)
    {
        try
        {
            Console.Error.WriteLine(text);
        }
        catch (IOException)
        {
            // nobody is told
        }
    }

    private static string Path(System.CommandLine.Parsing.CommandResult command) =>
        command.Parent is System.CommandLine.Parsing.CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "merpati";
}
