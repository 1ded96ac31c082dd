using System.CommandLine;

namespace Merpati.Host.Cli.Sending;

/// <summary><c>send</c>: sends a message by SMTP to any host.</summary>
internal static class SendVerb
{
    public static Command Create()
    {
        var (message, server, json) = (new MessageOptions(), new ServerOptions(), new Option<bool>("--json") { Description = "Print the result for scripts: one JSON object." });
        var verb = new Command("send", """
            Send a message by SMTP, to this machine's server or to any other. It is made of the options below, with the text from --text or standard input, or
            it is a ready one (--message). One line says for whom it was taken; who was refused is told with the server's reply, the others get it all
            the same, and the exit status is 1 then. Nothing is sent before everything that it takes has been read.

            Examples:
              merpati send --from alice@example.org --to bob@example.org --subject Hello --text 'See you at noon.'
              date | merpati send --from "Alice <alice@example.org>" --to bob@example.org "Carol <carol@example.org>" --attach plan.pdf photo.png
              merpati send --server mail.example.net:587 --user alice@example.net --to bob@example.org --text Hi
              merpati send --from alice@example.org --to bob@example.org --message letter.eml --transcript
            """);
        message.AddTo(verb);
        server.AddTo(verb);
        verb.Add(json);
        verb.SetAction(async (line, cancellation) =>
        {
            var settings = GlobalOptions.Settings(line);
            var where = server.Server(line, settings);
            var input = new StandardInput();
            var login = server.User(line) is { } user ? new SendLogin(user, server.IsPasswordOnInput(line) ? input.ReadPassword() : PasswordInput.Existing(fromStandardInput: false)) : null;
            var sending = new SendRun(where, message.Notify(line)) { Return = message.Return(line), Login = login, HostName = server.HostName(line, settings), Transcript = server.Transcript(line) };
            await using var letter = await message.ReadAsync(line, input, login?.User, cancellation);
            var report = new SendReport(where, letter) { IsJson = line.GetValue(json) };
            using var interruption = new Interruption(cancellation); // until here nothing has begun, and the system's own way will do
            try
            {
                await sending.RunAsync(letter, report, interruption.Token);
            }
            catch (CommandFailure failure) when (failure.Status == ExitStatus.Failed)
            {
                report.Fail(failure.Message);
            }

            report.Print();
        });
        return verb;
    }
}
