using Merpati.Mail.Intake;

namespace Merpati.Delivery.Tests;

public sealed class SubmissionTests
{
    private static Sending Submit(StoreFixture fixture) =>
        new(fixture, "bob@example.org") { From = "alice@example.org", Submitter = "alice@example.org", IsSubmission = true };

    private static async Task<StoreFixture> CreateAsync()
    {
        var fixture = await StoreFixture.CreateAsync("alice@example.org", "bob@example.org", "carol@example.org");
        await fixture.AliasAsync("info@example.org", "alice@example.org");
        return fixture;
    }

    [Theory]
    [InlineData("From: alice@example.org\r\n", true, true)]
    [InlineData("From: alice@example.org\r\nDate: x\r\n", false, true)]
    [InlineData("From: alice@example.org\r\nMESSAGE-ID : <x@y>\r\n", true, false)]
    [InlineData("Date:\r\nMessage-ID:\r\nFrom: alice@example.org\r\n", false, false)]
    [InlineData("From: alice@example.org\r\nX-Date: x\r\nSubject: x\r\n Date: y\r\n", true, true)]
    public async Task AddsDateAndMessageIdWhereTheyAreMissing(string header, bool addsDate, bool addsId)
    {
        await using var fixture = await CreateAsync();
        Assert.Equal(IntakeVerdict.Accepted, await Submit(fixture).SendAsync(header + "\r\nDate: in the body\r\n"));
        var text = Assert.Single(await fixture.ReadTextAsync("bob@example.org"));
        Assert.EndsWith("\r\n" + header + "\r\nDate: in the body\r\n", text, StringComparison.Ordinal);
        var added = text[text.IndexOf(";\r\n\t", StringComparison.Ordinal)..^(header.Length + "\r\nDate: in the body\r\n".Length)].Split("\r\n")[2..^1];
        Assert.Equal((addsDate ? 1 : 0) + (addsId ? 1 : 0), added.Length);
        if (addsDate) Assert.Matches(@"^Date: \w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [+-]\d{4}$", added[0]);
        if (addsId) Assert.Matches(@"^Message-ID: <[0-9A-Z]{13}\.[0-9a-f]{16}@mx\.example\.org>$", added[^1]);
    }

    [Fact]
    public async Task AddsNothingToWhatWasNotSubmitted()
    {
        await using var fixture = await CreateAsync();
        Assert.Equal(IntakeVerdict.Accepted, await new Sending(fixture, "bob@example.org") { Submitter = "alice@example.org" }.SendAsync("Subject: x\r\n\r\n"));
        var text = Assert.Single(await fixture.ReadTextAsync("bob@example.org"));
        Assert.DoesNotContain("Message-ID", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("From: alice@example.org", IntakeVerdict.Accepted)]
    [InlineData("From: \"Boss, the\" (of <boss@example.com>)\r\n\t<ALICE@example.org>", IntakeVerdict.Accepted)]
    [InlineData("From: info@example.org, alice+x@example.org", IntakeVerdict.Accepted)]
    [InlineData("From: Team: alice@example.org, info@example.org;", IntakeVerdict.Accepted)]
    [InlineData("From: alice@example.org, carol@example.org\r\nSender: alice@example.org", IntakeVerdict.Accepted)]
    [InlineData("From: bob@example.org, carol@example.org\r\nSender: Alice <info@example.org>", IntakeVerdict.Accepted)]
    [InlineData("From: carol@example.org", IntakeVerdict.ForeignAuthor)]
    [InlineData("From: carol@example.org\r\nSender: alice@example.org", IntakeVerdict.ForeignAuthor)]
    [InlineData("From: alice@example.org, carol@example.org", IntakeVerdict.ForeignAuthor)]
    [InlineData("From: alice@example.org, carol@example.org\r\nSender: carol@example.org", IntakeVerdict.ForeignAuthor)]
    [InlineData("From: alice@example.org, carol@example.org\r\nSender: alice@example.org\r\nSender: alice@example.org", IntakeVerdict.ForeignAuthor)]
    [InlineData("From: alice@example.org, carol@example.org\r\nSender: alice@example.org, carol@example.org", IntakeVerdict.ForeignAuthor)]
    [InlineData("From: alice@example.org <boss@example.com>", IntakeVerdict.ForeignAuthor)]
    [InlineData("From: boss@example.com", IntakeVerdict.ForeignAuthor)]
    [InlineData("Subject: x", IntakeVerdict.NoAuthor)]
    [InlineData("From:", IntakeVerdict.NoAuthor)]
    [InlineData("From: nobody in particular", IntakeVerdict.NoAuthor)]
    [InlineData("From: undisclosed:;", IntakeVerdict.NoAuthor)]
    [InlineData("From: alice@example.org\r\nFrom: boss@example.com", IntakeVerdict.NoAuthor)]
    [InlineData("From: alice@example.org\r\nfrom : alice@example.org", IntakeVerdict.NoAuthor)]
    [InlineData("From: alice@example.org\r\n boss@example.com", IntakeVerdict.NoAuthor)]
    [InlineData("\r\nFrom: alice@example.org", IntakeVerdict.NoAuthor)]
    public async Task TheAuthorMustBeTheUserHimself(string header, IntakeVerdict verdict)
    {
        await using var fixture = await CreateAsync();
        Assert.Equal(verdict, await Submit(fixture).SendAsync(header + "\r\n\r\nbody\r\n"));
        Assert.Equal(verdict == IntakeVerdict.Accepted ? 1 : 0, (await fixture.ReadAsync("bob@example.org")).Count);
    }

    [Fact]
    public async Task AHeaderWithoutMeasureIsLookedThroughAndCostsLittle()
    {
        await using var fixture = await CreateAsync();
        var filler = string.Concat(Enumerable.Repeat("X-Filler: " + new string('x', 60) + "\r\n", 5000));
        Assert.Equal(IntakeVerdict.Accepted, await Submit(fixture).SendAsync(filler + "From: alice@example.org\r\nDate: x\r\nMessage-ID: <x@y>\r\n\r\n"));
        Assert.Equal(IntakeVerdict.NoAuthor, await Submit(fixture).SendAsync("From: \"" + new string('x', 70_000) + "\" <alice@example.org>\r\n\r\n"));
        Assert.Equal(IntakeVerdict.ForeignAuthor, await Submit(fixture).SendAsync("From: " + string.Join(',', Enumerable.Range(0, 100).Select(i => $"x{i}@example.org")) + "\r\n\r\n"));
        Assert.Equal(IntakeVerdict.NoAuthor, await Submit(fixture).SendAsync("From: " + string.Join(',', Enumerable.Range(0, 101).Select(i => $"x{i}@example.org")) + "\r\n\r\n"));
    }

    // However malformed a real message is, its author is read or it is refused; what is taken comes out as it went in.
    [Fact]
    public async Task RealMessagesArePassedOnAsTheyAre()
    {
        var corpus = Path.Combine(FindRoot(), "..", "shared", "corpus");
        Assert.SkipUnless(Directory.Exists(corpus), $"the real messages are not at hand: there is no {corpus}");
        await using var fixture = await CreateAsync();
        var intake = fixture.Intake(maxMessageBytes: 50_000_000);
        var taken = new List<byte[]>();
        var refused = new List<string>();
        foreach (var file in Directory.EnumerateFiles(corpus, "*.eml").Order(StringComparer.Ordinal))
        {
            var octets = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.True(await (Submit(fixture) with { Intake = intake }).SendAsync(octets, 997) is IntakeVerdict.ForeignAuthor or IntakeVerdict.NoAuthor, file);
            var verdict = await (Submit(fixture) with { Intake = intake, Submitter = null }).SendAsync(octets, 997);
            if (verdict == IntakeVerdict.Accepted) taken.Add(octets);
            else refused.Add($"{verdict} {Path.GetFileName(file)}");
        }

        var stored = await fixture.ReadAsync("bob@example.org");
        Assert.Equal(taken.Count, stored.Count);
        for (var i = 0; i < taken.Count; i++) Assert.True(stored[i].AsSpan().EndsWith(taken[i]));
        Assert.All(refused, line => Assert.StartsWith("NoAuthor", line, StringComparison.Ordinal));
        Assert.True(taken.Count > refused.Count, string.Join('\n', refused));
    }

    private static string FindRoot()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Merpati.slnx"))) directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no Merpati.slnx above the tests");
        return directory;
    }
}
