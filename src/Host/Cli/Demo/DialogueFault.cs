using System.Globalization;

namespace Merpati.Host.Cli.Demo;

/// <summary>A file of a dialogue that cannot be understood: a slip of whoever wrote it, found by the tests.</summary>
internal sealed class DialogueFault : Exception
{
    public DialogueFault(string name, int line, string fault)
        : base(string.Create(CultureInfo.InvariantCulture, $"docs/dialogues/{name}.md:{line}: {fault}"))
    {
    }
}
