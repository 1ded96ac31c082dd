using System.Text;

namespace Merpati.Host.Tests.Fetching;

/// <summary>The note of what was saved before: what it does not say in a whole line was not saved, whatever a crash or a full disk has left of it.</summary>
public sealed class SeenNoteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("box.mbox", "box.mbox.seen")]
    [InlineData("Maildir/", "Maildir/.merpati-seen")]
    [InlineData("files/", "files/.merpati-seen")]
    public async Task ALineThatWasCutOffSaysNothingOfTheMessageThatItsBeginningNames(string target, string note)
    {
        await using var maildrop = Maildrop(3);
        (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--new", "--messages", "2")).Fine();
        await File.AppendAllTextAsync(_folder[note], $"{maildrop.Url} id-1"); // of id-12

        Assert.StartsWith("saved 2 messages", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--new")).Fine(), StringComparison.Ordinal);
        Assert.Equal($"{maildrop.Url} id-2\n{maildrop.Url} id-1\n{maildrop.Url} id-3\n", await File.ReadAllTextAsync(_folder[note]));
        Assert.EndsWith("; 3 removed there\n", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder[target], "--new", "--delete")).Fine(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasNeverSavedIsNotRemovedForALineThatWasCutOff()
    {
        await using var maildrop = Maildrop(1);
        await File.WriteAllTextAsync(_folder["box.mbox.seen"], $"{maildrop.Url} id-1");
        Assert.EndsWith("; 1 removed there\n", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--new", "--delete")).Fine(), StringComparison.Ordinal);
        Assert.Single(Mbox.Read(_folder["box.mbox"]));
    }

    [Fact]
    public async Task ADiskThatIsFullInTheMiddleOfANoteHasNothingOfItInTheEnd()
    {
        await using var disk = await SmallDisk.MountAsync(1);
        var note = Path.Combine(Path.GetDirectoryName(disk.Data)!, "seen");
        File.CreateSymbolicLink(_folder["box.mbox.seen"], note); // only the note is on the small disk
        const string Other = "pop3://bob@mail.example.net/ ";
        var before = Other + new string('x', 4000 - Other.Length) + "\n"; // within the first page, which the next lines would fill
        await File.WriteAllTextAsync(note, before);
        disk.FillUpTo(0);

        await using var maildrop = Maildrop(4);
        var failed = await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--new", "--delete");
        failed.Fails($"; 4 of 4 messages saved in {_folder["box.mbox"]}; nothing was removed there");
        Assert.Contains("No space left on device", failed.Error, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(note));

        disk.Empty();
        Assert.StartsWith("saved 4 messages", (await FetchCommand.RunAsync(maildrop.Url, "--save", _folder["box.mbox"], "--new")).Fine(), StringComparison.Ordinal);
        Assert.Equal(before + string.Concat(Enumerable.Range(1, 4).Select(number => $"{maildrop.Url} id-{number}\n")), await File.ReadAllTextAsync(note));
    }

    private static ScriptedMaildrop Maildrop(int messages) =>
        new([.. Enumerable.Range(1, messages).Select(number => Encoding.ASCII.GetBytes($"Subject: message {number}\r\n\r\nHello!\r\n"))]);
}
