using Merpati.Pop3.Client;
using Merpati.Progin.Client;
using Merpati.Smtp.Client;

namespace Merpati.Host.Cli.Dialogues;

/// <summary>
/// Prints a dialogue, a line each: <c>C: </c> what the client says, <c>S: </c> what the server answers, in colour on a terminal. It shows what it is given,
/// with control characters made harmless; secrets are hidden before.
/// </summary>
internal sealed class DialogueScreen : ISmtpTranscript, IPop3Transcript, IProginTranscript
{
    private readonly TextWriter _output;
    private readonly bool _inColour;

    public DialogueScreen(TextWriter output, bool inColour)
    {
        _output = output;
        _inColour = inColour;
    }

    /// <summary>A screen on standard error, so that what the command prints stays clean; in colour on a terminal unless NO_COLOR is set.</summary>
    public static DialogueScreen OnStandardError() => new(Console.Error, Colours.AreWanted(Console.IsErrorRedirected));

    public void Client(string line) => Write("C: ", line, Colours.Client);

    public void Server(string line) => Write("S: ", line, Colours.OfReply(line));

    private void Write(string side, string line, string colour)
    {
        var text = side + ControlText.Escape(line);
        _output.WriteLine(_inColour ? colour + text + Colours.Off : text);
    }
}
