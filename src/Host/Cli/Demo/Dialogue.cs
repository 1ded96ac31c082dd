namespace Merpati.Host.Cli.Demo;

/// <summary>A dialogue as a file of docs/dialogues has it: what is there before, what is said, and what is in the mailboxes afterwards.</summary>
/// <param name="Name">The file's name without its ending, as in <c>2-pop3-apop</c>.</param>
/// <param name="Title">What it is called.</param>
/// <param name="Scene">What is there before.</param>
/// <param name="Scripts">Who says what, a connection each, one after the other.</param>
/// <param name="Mailboxes">What every mailbox holds afterwards.</param>
internal sealed record Dialogue(string Name, string Title, DialogueScene Scene, IReadOnlyList<DialogueScript> Scripts, MailboxTable Mailboxes)
{
    /// <summary>The file, as a person finds it in the repository.</summary>
    public string Path => $"docs/dialogues/{Name}.md";

    /// <summary>Whether a person means this one: by its name, its number, or its name without the number.</summary>
    public bool IsCalled(string name)
    {
        var dash = Name.IndexOf('-', StringComparison.Ordinal);
        return name.Equals(Name, StringComparison.OrdinalIgnoreCase) ||
            (dash > 0 && (name.Equals(Name[..dash], StringComparison.Ordinal) || name.Equals(Name[(dash + 1)..], StringComparison.OrdinalIgnoreCase)));
    }
}
