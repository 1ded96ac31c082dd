using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Merpati.Host.Cli.Dialogues;
using Merpati.Host.Cli.Sending;
using Merpati.Progin.Client;

namespace Merpati.Host.Cli.Progin;

/// <summary>What both verbs take: the server, who one is, and whether the dialogue is shown.</summary>
internal sealed class ProginOptions
{
    private readonly Argument<string?> _server = new("HOST[:PORT]")
    {
        Description = "The server. Default: this machine's own, as its configuration says; the default port is 2109.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _user = new("--user") { Description = "Who you are: a name of the server's default domain, or a whole address.", HelpName = "NAME" };
    private readonly Option<bool> _stdin = new("--password-stdin") { Description = "Read the password from the first line of standard input (the text may follow); otherwise it is asked for." };
    private readonly Option<bool> _transcript = new("--transcript") { Description = "Print the dialogue on standard error, C: the client, S: the server; the password is hidden." };

    public void AddTo(Command verb)
    {
        verb.Add(_server);
        verb.Add(_user);
        verb.Add(_stdin);
        verb.Add(_transcript);
    }

    public ProginServer Server(ParseResult line) =>
        line.GetValue(_server) is { } text ? ProginServer.Parse(text) : ProginServer.Own(GlobalOptions.Settings(line));

    /// <summary>The user's name, asked for when it was not given.</summary>
    public string User(ParseResult line)
    {
        var user = line.GetValue(_user) ?? TerminalQuestions.Ask("Your name", "--user NAME");
        return IsWord(user) ? user : throw new CommandFailure($"\"{ControlText.Escape(user)}\" is no name: it has blanks or control characters, or nothing at all", ExitStatus.WrongUsage);
    }

    /// <summary>The password, to be erased by the caller.</summary>
    public byte[] Password(ParseResult line, StandardInput input) =>
        Encoding.UTF8.GetBytes(line.GetValue(_stdin) ? input.ReadPassword() : PasswordInput.Existing(fromStandardInput: false));

    public ProginClientOptions ClientOptions(ParseResult line) => new() { Transcript = line.GetValue(_transcript) ? DialogueScreen.OnStandardError() : null };

    /// <summary>Whether something can be one word of a command.</summary>
    public static bool IsWord(string text) => text.Length > 0 && !text.Any(c => c == ' ' || char.IsControl(c));

    /// <summary>Erases a password.</summary>
    public static void Erase(byte[] password) => CryptographicOperations.ZeroMemory(password);
}
