using Merpati.Host.Cli.Demo;

namespace Merpati.Host.Tests.Dialogues;

/// <summary>Every dialogue of docs/dialogues is what today's server says. With MERPATI_REGENERATE=1 the files are written anew.</summary>
public sealed class DialogueTests
{
    // The dialogues of the documents that Merpati comes from.
    private static readonly string[] All =
    [
        "1-smtp", "2-pop3-apop", "3-pop3-telnet", "4-smtp-commands", "5-esmtp", "6-progin-send", "7-progin-fetch",
    ];

    private static bool IsRegenerating => Environment.GetEnvironmentVariable("MERPATI_REGENERATE") == "1";

    public static TheoryData<string> Names => [.. DialogueFiles.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task TheServerSaysWhatTheFileHas(string name)
    {
        var played = await DialogueFiles.HoldAsync(name, DialogueFiles.Read(name));
        if (IsRegenerating)
        {
            DialogueFiles.Write(name, RegeneratedFile.Of(DialogueFiles.Read(name), played));
            played = await DialogueFiles.HoldAsync(name, DialogueFiles.Read(name));
        }

        Assert.True(!played.Differences().Any(), string.Join('\n', played.Differences()));

        // Written anew it stays as it is: the answers in the file are those to the challenges in the file.
        Assert.Equal(DialogueFiles.Read(name), RegeneratedFile.Of(DialogueFiles.Read(name), played));
    }

    [Fact]
    public void EveryDialogueOfTheDocumentsIsThereAndTheIndexLinksIt()
    {
        Assert.Equal(All, DialogueFiles.Names);
        var index = DialogueFiles.Read(DialogueFiles.Index);
        foreach (var name in All)
        {
            var dialogue = DialogueReader.Read(name, DialogueFiles.Read(name));
            Assert.Contains($"[{dialogue.Title}]({name}.md)", index, StringComparison.Ordinal);
            Assert.NotEmpty(dialogue.Scripts[0].Sentences);
        }
    }

    [Fact]
    public void TheProgramHasThemWithIt()
    {
        Assert.SkipWhen(IsRegenerating, "the program has the files as they were before they are written anew");
        var embedded = DialogueLibrary.ReadAll();
        Assert.Equal(DialogueFiles.Names, embedded.Select(dialogue => dialogue.Name));
        foreach (var dialogue in embedded)
        {
            var file = DialogueReader.Read(dialogue.Name, DialogueFiles.Read(dialogue.Name));
            Assert.Equal(file.Scripts.SelectMany(script => script.Lines), dialogue.Scripts.SelectMany(script => script.Lines));
        }
    }

    [Theory]
    [InlineData("2-pop3-apop", "S: +OK 2 320", "S: +OK 2 321", "the server says something else\n  - S: +OK 2 321\n  + S: +OK 2 320")]
    [InlineData("2-pop3-apop", "S: 1 120\n", "", "the server says something else\n  - S: 2 200\n  + S: 1 120")]
    [InlineData("1-smtp", "S: 250 2.1.0 Sender ok\n", "", "the server says more than the file has\n  + S: 250 2.1.0 Sender ok")]
    [InlineData("1-smtp", "S: 354 End", "S: 250 2.0.0 Waiting\nS: 354 End", "the server says something else\n  - S: 250 2.0.0 Waiting\n  + S: 354 End data with <CR><LF>.<CR><LF>")]
    [InlineData("1-smtp", "| alice@example.com | 1 |", "| alice@example.com | 2 |", "the mailboxes hold something else\n  - | alice@example.com | 2 |")]
    public async Task AChangedReplyIsToldWithFileAndLine(string name, string reply, string changed, string told)
    {
        var text = DialogueFiles.Read(name);
        var at = text.IndexOf(reply, StringComparison.Ordinal);
        Assert.True(at > 0, $"{name} has no {reply}");
        var played = await DialogueFiles.HoldAsync(name, text[..at] + changed + text[(at + reply.Length)..]);
        var difference = played.Differences().First();
        Assert.StartsWith($"docs/dialogues/{name}.md:", difference, StringComparison.Ordinal);
        Assert.Contains(told, difference, StringComparison.Ordinal);
        Assert.Equal(text, RegeneratedFile.Of(text[..at] + changed + text[(at + reply.Length)..], played));
    }

    [Fact]
    public async Task TheLineOfADifferenceIsThatOfTheFile()
    {
        var text = DialogueFiles.Read("2-pop3-apop");
        var number = text[..text.IndexOf("S: +OK 2 320", StringComparison.Ordinal)].Count(c => c == '\n') + 1;
        var played = await DialogueFiles.HoldAsync("2-pop3-apop", text.Replace("S: +OK 2 320", "S: +OK 3 320", StringComparison.Ordinal));
        Assert.StartsWith($"docs/dialogues/2-pop3-apop.md:{number}: ", Assert.Single(played.Differences()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AReplyThatDoesNotComeIsTold()
    {
        var text = DialogueFiles.Read("1-smtp");
        var end = text.IndexOf("S: 221", StringComparison.Ordinal);
        var played = await DialogueFiles.HoldAsync("1-smtp", text.Insert(text.IndexOf('\n', end) + 1, "S: 221 2.0.0 Once more\n"));
        Assert.Contains("a reply does not come\n  - S: 221 2.0.0 Once more", Assert.Single(played.Differences()), StringComparison.Ordinal);
    }
}
