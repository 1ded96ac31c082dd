using System.CommandLine;
using Merpati.Host.Cli.Sending;
using Merpati.Progin.Client;

namespace Merpati.Host.Cli.Progin;

/// <summary><c>progin fetch</c>: shows a mailbox.</summary>
internal static class ProginFetchVerb
{
    public static Command Create()
    {
        var options = new ProginOptions();
        var json = JsonOption.Create();
        var verb = new Command("fetch", """
            Show all messages of your mailbox by Progin, the oldest first. Nothing is removed; what was shown counts as read.

            Examples:
              merpati progin fetch --user user1
              echo password | merpati progin fetch 192.0.2.1:2109 --user user1 --password-stdin --json
            """);
        options.AddTo(verb);
        verb.Add(json);
        verb.SetAction(async (line, cancellation) =>
        {
            var server = options.Server(line);
            var user = options.User(line);
            var password = options.Password(line, new StandardInput());
            try
            {
                await using var connection = await server.ConnectAsync(options.ClientOptions(line), cancellation);
                var client = connection.Client;
                var step = await client.OpenMailboxAsync(user, password, cancellation);
                if (step.Outcome == ProginOutcome.Refused) throw new CommandFailure($"{server} refuses the login of {ControlText.Escape(user)}: {ProginSendRun.Reason(step)}");
                if (!step.IsDone) throw new CommandFailure($"{server}: {step.Text}");
                using IProginPrinter printer = line.GetValue(json) ? new ProginJson() : new ProginPages(Console.Out);
                await foreach (var item in client.ListAsync(cancellation))
                {
                    if (item is ProginFailure { Step: var failure }) throw new CommandFailure($"{server}: {ProginSendRun.Reason(failure)}");
                    printer.Print(item);
                }
            }
            finally
            {
                ProginOptions.Erase(password);
            }
        });
        return verb;
    }
}
