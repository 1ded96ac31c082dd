using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Merpati.Mail.Mime;

namespace Merpati.Mail.Tests.Mime;

/// <summary>Which branch of multipart/alternative is told (RFC 2046 §5.1.4).</summary>
public sealed class AlternativeTests
{
    private const int Room = 64 * 1024; // characters that are held

    private static readonly Gen<Part> Parts = Some(3);

    [Fact]
    public void PlainTextIsToldThoughHtmlComesFirst()
    {
        Assert.Equal("plain", Show(Alternative(Html("html"), Plain("plain"))));
        Assert.Equal("plain", Show(Alternative(Mixed(Html("html"), Html("more")), Plain("plain"), Html("again"), Plain("again"))));
        Assert.Equal("\n\nplain", Show(Alternative(Html("html"), Plain("\n\nplain"))));
    }

    [Fact]
    public void HtmlIsToldWhereThereIsNoPlainText()
    {
        Assert.Equal("html\n", Show(Alternative(Html("html"))));
        Assert.Equal("html\n", Show(Alternative(Html("html"), Html("later"))));
        Assert.Equal("html\n", Show(Alternative(Html("html"), Plain(" \n\t"), Html("later"))));
        Assert.Equal("html\n", ReadMessage.Of("Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>html").Text);
        Assert.Equal("html\n", ReadMessage.Of("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>html\n--b--\n").Text);
    }

    [Fact]
    public void AMultipartWithoutABoundaryGivesWayToPlainTextToo() =>
        Assert.Equal("plain", ReadMessage.Of("Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: multipart/related\n\n--what\n--a\n\nplain\n--a--\n").Text);

    [Fact]
    public void WhatStandsInOneBranchBelongsTogether()
    {
        Assert.Equal("html\nplain", Show(Alternative(Mixed(Html("html"), Plain("plain")), Plain("other"))));
        Assert.Equal("more\nplain", Show(Alternative(Html("html"), Mixed(Html("more"), Plain("plain")))));
        Assert.Equal("html\n", Show(Alternative(Html("html"), Mixed(Html("more"), Html("and more")))));
    }

    [Fact]
    public void AlternativesMayStandInsideOfEachOther()
    {
        Assert.Equal("plain", Show(Alternative(Alternative(Html("html"), Html("more")), Alternative(Html("other"), Plain("plain")))));
        Assert.Equal("plain", Show(Alternative(Alternative(Html("html"), Plain("plain")), Plain("other"))));
        Assert.Equal("html\n", Show(Alternative(Alternative(Html("html"), Html("more")), Html("other"))));
        Assert.Equal("one\ntwo", Show(Alternative(Mixed(Plain("one"), Alternative(Html("html"), Plain("two"))), Plain("three"))));
    }

    [Fact]
    public void AttachmentsAreToldInOrderThoughTheTextBetweenThemIsNot()
    {
        Assert.Equal("one[1][2]\nplain[3]\ntwo", Show(Mixed(Plain("one"), Alternative(Mixed(Html("html"), File("1")), File("2"), Plain("plain"), File("3")), Plain("two"))));
        Assert.Equal("one\nhtml\n[1][2]two", Show(Mixed(Plain("one"), Alternative(Mixed(Html("html"), File("1")), Mixed(Html("more"), File("2"))), Plain("two"))));
    }

    [Fact]
    public void ThePlainTextBeginsOnALineOfItsOwnAndNoneIsLeftBetween()
    {
        Assert.Equal("one\nplain\ntwo", Show(Mixed(Plain("one"), Alternative(Html("html"), Plain("plain")), Plain("two"))));
        Assert.Equal("one\nplain\ntwo", Show(Mixed(Plain("one\n"), Alternative(Html("html"), Plain("plain\n")), Plain("two"))));
        Assert.Equal("one\nhtml\ntwo", Show(Mixed(Plain("one"), Alternative(Html("html"), Html("more")), Plain("two"))));
    }

    [Fact]
    public void HtmlIsToldAsSoonAsNothingCanTakeItsPlace()
    {
        var read = new ReadMessage();
        var reader = new MessageReader(read);
        reader.Write("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/html\n\n<p>html\n--a\n"u8);
        Assert.Equal("", read.Text);
        reader.Write("--a--\n"u8);
        Assert.Equal("html\n", read.Text);
        reader.Complete();
    }

    [Fact]
    public void PlainTextOfAnyLengthIsToldAsItComes()
    {
        var read = new ReadMessage();
        var reader = new MessageReader(read);
        reader.Write(Encoding.ASCII.GetBytes($"Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/html\n\n{new string('h', Room - 100)}\n--a\n\n"));
        for (var i = 1; i <= 100; i++)
        {
            reader.Write(Encoding.ASCII.GetBytes(new string('p', 4000) + "\n"));
            Assert.InRange(read.Text.Length, (i * 4001) - 4000, i * 4001);
        }

        reader.Complete();
        Assert.DoesNotContain('h', read.Text);
    }

    [Fact]
    public void HtmlThatIsTooLongToBeHeldIsTold()
    {
        var (fits, tooLong, half) = (new string('h', Room - 1), new string('h', Room), new string('h', Room / 2));
        Assert.Equal("plain", Show(Alternative(Html(fits), Plain("plain")))); // with the end of its line there is just room
        Assert.Equal($"{tooLong}\n[1]", Show(Alternative(Html(tooLong), File("1"), Plain("plain"))));
        Assert.Equal($"[1]{half}\n[2][3]", Show(Alternative(File("1"), Html(half), File("2"), Mixed(Html(half), Plain("plain"), Html("more")), File("3"), Plain("plain"))));
        Assert.Equal($"{half}\n{half}\n", Show(Alternative(Mixed(Html(half), Html(half)), Plain("plain"))));
        Assert.Equal($"{half}\n", Show(Alternative(Html(half), Alternative(Html(half), Plain("plain")), Plain("plain"))));
        Assert.Equal("plain", Show(Alternative(Html(half), Html("more"), Html("more"), Html(new string('h', (Room / 2) - 2)), Plain("plain")))); // a later branch is held no longer than it lasts
        Assert.Equal($"{half}\n", Show(Alternative(Html(half), Plain(new string(' ', Room) + "plain"))));
    }

    [Fact]
    public void AttachmentsWithoutEndAreNotHeld()
    {
        var files = Enumerable.Range(0, 1500).Select(number => File($"a-name-that-is-rather-long-for-a-file-{number}")).ToArray();
        Assert.Equal($"html\n{string.Concat(files.Select(file => $"[{file.Text}]"))}", Show(Alternative([Html("html"), .. files, Plain("plain")])));
        Assert.Equal($"{string.Concat(files[..500].Select(file => $"[{file.Text}]"))}plain", Show(Alternative([Html("html"), .. files[..500], Plain("plain")])));
    }

    [Fact]
    public void TheFirstBranchWithPlainTextIsToldElseTheFirstWithAnyHoweverTheyStandAndAreCut()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(600), Prop.ForAll(Parts.ToArbitrary(), parts =>
        {
            var message = parts.Numbered(new Counter()).Write("b");
            var told = parts.Numbered(new Counter()).Choose().Items;
            var read = ReadMessage.Of(message);
            Assert.Equal(told, Lines(read.Shown.Replace("[", "\n[", StringComparison.Ordinal).Replace("]", "]\n", StringComparison.Ordinal)));
            Assert.Equal(told.Where(item => item[0] != '['), Lines(read.Text));
            foreach (var piece in new[] { 1, 3, 10 }) Assert.Equal(read.All, ReadMessage.Of(Encoding.ASCII.GetBytes(message), piece).All);
        }));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static Gen<Part> Some(int depth)
    {
        var leaf = Gen.Frequency((3, Gen.Constant(Html("h"))), (3, Gen.Constant(Plain("p"))), (1, Gen.Constant(Plain(" "))), (1, Gen.Constant(File("f"))));
        if (depth == 0) return leaf;
        var parts = Gen.Choose(1, 4).SelectMany(count => Some(depth - 1).ArrayOf(count));
        return Gen.Frequency((2, leaf), (3, parts.Select(Alternative)), (2, parts.Select(Mixed)));
    }

    private static string Show(Part part)
    {
        var message = part.Write("b");
        var shown = ReadMessage.Of(message).Shown;
        foreach (var piece in new[] { 1, 7, 1000 }) Assert.Equal(shown, ReadMessage.Of(Encoding.ASCII.GetBytes(message), piece).Shown);
        return shown;
    }

    private static Part Html(string text) => new(Kind.Html, text, []);

    private static Part Plain(string text) => new(Kind.Plain, text, []);

    private static Part File(string name) => new(Kind.File, name, []);

    private static Part Alternative(params Part[] parts) => new(Kind.Alternative, "", parts);

    private static Part Mixed(params Part[] parts) => new(Kind.Mixed, "", parts);

    private enum Kind
    {
        Plain,
        Html,
        File,
        Mixed,
        Alternative,
    }

    private sealed class Counter
    {
        private int _value;

        public int Next() => ++_value;
    }

    /// <summary>What is told of a part: its texts, and its attachments in brackets.</summary>
    private sealed record Choice(List<string> Items, bool ShowsText, bool ShowsPlain);

    private sealed record Part(Kind Kind, string Text, Part[] Parts)
    {
        public string Write(string boundary) => Kind switch
        {
            Kind.Plain => $"\n{Text}",
            Kind.Html => $"Content-Type: text/html\n\n<p>{Text}",
            Kind.File => $"Content-Type: application/x; name={Text}\n\nbody",
            _ => $"Content-Type: multipart/{Kind}; boundary={boundary}\n\n{string.Concat(Parts.Select((part, number) => $"--{boundary}\n{part.Write($"{boundary}{number}")}\n"))}--{boundary}--",
        };

        /// <summary>The same with texts that are told apart.</summary>
        public Part Numbered(Counter counter) => new(Kind, Text.Trim().Length == 0 ? Text : $"{Text}{counter.Next()}", [.. Parts.Select(part => part.Numbered(counter))]);

        public Choice Choose()
        {
            if (Kind == Kind.File) return new Choice([$"[{Text}]"], false, false);
            if (Kind is Kind.Plain or Kind.Html) return Text.Trim().Length == 0 ? new Choice([], false, false) : new Choice([Text], true, Kind == Kind.Plain);
            var branches = Parts.Select(part => part.Choose()).ToList();
            var chosen = branches.FindIndex(branch => branch.ShowsPlain);
            if (chosen < 0) chosen = branches.FindIndex(branch => branch.ShowsText);
            var items = branches.SelectMany((branch, number) => branch.Items.Where(item => item[0] == '[' || Kind == Kind.Mixed || number == chosen));
            return new Choice([.. items], branches.Exists(branch => branch.ShowsText), branches.Exists(branch => branch.ShowsPlain));
        }
    }
}
