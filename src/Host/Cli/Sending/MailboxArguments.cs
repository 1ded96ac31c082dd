using Merpati.Mail.Mime;

namespace Merpati.Host.Cli.Sending;

/// <summary>Reads the mailboxes of a command line: one an argument, or several with commas. What is none is wrong usage.</summary>
internal static class MailboxArguments
{
    public static List<NamedAddress> Parse(string[]? texts) => [.. (texts ?? []).SelectMany(Split).Where(text => text.Trim().Length > 0).Select(One)];

    public static NamedAddress One(string text) => NamedAddress.TryParse(text, out var mailbox)
        ? mailbox
        : throw new CommandFailure($"\"{ControlText.Escape(text.Trim())}\" is not an address; write it as alice@example.org or \"Alice <alice@example.org>\"", ExitStatus.WrongUsage);

    // At the commas outside of quotes; a name with one is quoted.
    private static IEnumerable<string> Split(string text)
    {
        var isQuoted = false;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') isQuoted = !isQuoted;
            else if (text[i] == '\\' && isQuoted) i++;
            else if (text[i] == ',' && !isQuoted)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }
}
