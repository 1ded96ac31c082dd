using System.Globalization;
using System.Text;
using Merpati.Mail.Addresses;

namespace Merpati.Host.Cli.Demo;

/// <summary>Reads the lines of a <c>setup</c> block and the heads of the <c>message</c> blocks into a scene.</summary>
internal sealed class SceneReader
{
    private readonly Func<int, string, DialogueFault> _fault;

    /// <summary>A reader that makes its faults, from the number of a line and what is wrong with it, as the caller says.</summary>
    public SceneReader(Func<int, string, DialogueFault> fault) => _fault = fault;

    public DialogueScene Scene { get; } = new();

    /// <summary>One line: <c>set KEY=VALUE</c>, <c>domain NAME</c>, <c>account ADDRESS …</c> or <c>group ADDRESS …</c>.</summary>
    public void ReadLine(string line, int number)
    {
        if (line.Length == 0) return;
        var words = Split(line);
        switch (words)
        {
            case ["set", var assignment]:
                Scene.Assignments.Add(assignment);
                break;
            case ["domain", var name]:
                Scene.Domains.Add(Domain.TryParse(name, out var domain) ? domain : throw _fault(number, $"{name} is no domain"));
                break;
            case ["account", var address, "password", var password, .. var more]:
                Scene.Accounts.Add(new SceneAccount(Address(address, number), password, ValueOf(more, "name"), more.Contains("legacy-auth")));
                break;
            case ["group", var address, .. var more]:
                var members = more.Zip(more.Skip(1)).Where(pair => pair.First == "member").Select(pair => Address(pair.Second, number));
                Scene.Groups.Add(new SceneGroup(Address(address, number), ValueOf(more, "name"), [.. members]));
                break;
            default:
                throw _fault(number, "a setup line is 'set', 'domain', 'account' or 'group'");
        }
    }

    /// <summary>A message, from the words behind <c>message</c>: <c>to ADDRESS octets NUMBER [filled] [read]</c>.</summary>
    public void ReadMessage(string head, IReadOnlyList<string> lines, int number)
    {
        if (Split(head) is not ["to", var recipient, "octets", var octets, .. var more] || !int.TryParse(octets, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            throw _fault(number, "a message is 'to ADDRESS octets NUMBER [filled] [read]'");
        var text = SceneMessage.Compose(lines, size, more.Contains("filled"))
            ?? throw _fault(number, string.Create(CultureInfo.InvariantCulture, $"the message has {lines.Sum(line => Encoding.UTF8.GetByteCount(line) + 2)} octets, not {size}"));
        Scene.Messages.Add(new SceneMessage(Address(recipient, number), text, more.Contains("read")));
    }

    private static string ValueOf(string[] words, string name) => Array.IndexOf(words, name) is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : "";

    private EmailAddress Address(string text, int number) => EmailAddress.TryParse(text, out var address) ? address : throw _fault(number, $"{text} is no address");

    // Words between spaces; quotation marks keep several together.
    private static string[] Split(string line)
    {
        var words = new List<string>();
        foreach (var (part, isQuoted) in line.Split('"').Select((part, at) => (part, at % 2 == 1)))
        {
            if (isQuoted) words.Add(part);
            else words.AddRange(part.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. words];
    }
}
