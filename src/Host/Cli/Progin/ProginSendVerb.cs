using System.CommandLine;
using System.Text;
using Merpati.Host.Cli.Sending;

namespace Merpati.Host.Cli.Progin;

/// <summary><c>progin send</c>: sends a message.</summary>
internal static class ProginSendVerb
{
    public static Command Create()
    {
        var options = new ProginOptions();
        var to = new Option<string[]>("--to") { Description = "Whom it is for: names of the server's default domain, or whole addresses.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var subject = new Option<string?>("--subject") { Description = "What it is about. Default: nothing.", HelpName = "TEXT" };
        var text = new Option<string?>("--text") { Description = "The text. Default: standard input.", HelpName = "TEXT" };
        var verb = new Command("send", """
            Send a message by Progin. Who is refused is named, with the reason; the others get it all the same, and the exit status is 1 then. When the
            server breaks off before it has said OK, the line says whether the message may have arrived.

            Examples:
              merpati progin send --user user1 --to user2 --subject hello --text 'hello world!'
              (echo password; cat letter.txt) | merpati progin send 192.0.2.1:2109 --user user1 --password-stdin --to user2 user3
              merpati progin send                asks for everything
            """);
        options.AddTo(verb);
        verb.Add(to);
        verb.Add(subject);
        verb.Add(text);
        verb.SetAction(async (line, cancellation) =>
        {
            var server = options.Server(line);
            var user = options.User(line);
            var recipients = Recipients(line.GetValue(to));
            var input = new StandardInput();
            var password = options.Password(line, input);
            try
            {
                // Only who is asked for the text is asked for the subject too.
                var isAsked = line.GetValue(text) is null && TerminalQuestions.IsPossible;
                var about = line.GetValue(subject) ?? (isAsked ? TerminalQuestions.Ask("Subject", "--subject TEXT") : null);
                if (about?.Any(char.IsControl) == true) throw new CommandFailure("a subject is one line without control characters", ExitStatus.WrongUsage);
                await using var body = line.GetValue(text) is { } given ? new MemoryStream(Encoding.UTF8.GetBytes(given)) : isAsked ? TerminalQuestions.AskForText() : input.Stream;
                using var interruption = new Interruption(cancellation);
                await using var connection = await server.ConnectAsync(options.ClientOptions(line), interruption.Token);
                var sending = new ProginSendRun(connection.Client, server, recipients);
                await sending.RunAsync((user, password), (string.IsNullOrEmpty(about) ? null : about, body), interruption.Token);
            }
            finally
            {
                ProginOptions.Erase(password);
            }
        });
        return verb;
    }

    private static List<string> Recipients(string[]? given)
    {
        var named = given is { Length: > 0 } ? given : [TerminalQuestions.Ask("To (several with blanks)", "--to NAME")];
        var recipients = named.SelectMany(names => names.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (recipients.Count == 0) throw new CommandFailure("the message is for nobody", ExitStatus.WrongUsage);
        return recipients.Find(name => !ProginOptions.IsWord(name)) is { } wrong
            ? throw new CommandFailure($"\"{ControlText.Escape(wrong)}\" is no name", ExitStatus.WrongUsage)
            : recipients;
    }
}
