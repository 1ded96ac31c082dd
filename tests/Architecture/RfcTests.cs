namespace Merpati.Architecture.Tests;

public sealed class RfcTests
{
    private const string Header = "number\ttitle\tstatus\tstate\twhy\n";
    private const string Row = "5321\tSimple Mail Transfer Protocol\tDraft Standard\tPartial\tThe server.\n";

    [Fact]
    public void TheIndexIsWellFormed() => Findings.AssertNone(RfcIndex.Parse(Repository.Text(RfcIndex.Path)).Findings);

    [Fact]
    public void EveryRfcThatIsCitedIsListed() =>
        Findings.AssertNone(RfcCitations.CheckListed(Repository.CSharp("src"), RfcIndex.Parse(Repository.Text(RfcIndex.Path)).Rows));

    [Fact]
    public void EveryRfcThatIsServedIsCited() =>
        Findings.AssertNone(RfcCitations.CheckCited(Repository.CSharp("src"), RfcIndex.Parse(Repository.Text(RfcIndex.Path)).Rows));

    [Fact]
    public void ThePageIsMadeFromTheIndex()
    {
        var page = RfcPage.Of(RfcIndex.Parse(Repository.Text(RfcIndex.Path)).Rows);
        if (Environment.GetEnvironmentVariable("MERPATI_REGENERATE") == "1") File.WriteAllText(Path.Combine(Repository.Root, RfcPage.Path), page);
        Assert.Equal(page, Repository.Text(RfcPage.Path));
    }

    [Theory]
    [InlineData("number title\n" + Row, "the header is not")]
    [InlineData(Header + "5321\tSimple Mail Transfer Protocol\tDraft Standard\tPartial\n", "not five columns")]
    [InlineData(Header + "5321\t\tDraft Standard\tPartial\tThe server.\n", "a column is empty")]
    [InlineData(Header + "5321\tTitle \tDraft Standard\tPartial\tThe server.\n", "ends with a space")]
    [InlineData(Header + "05321\tTitle\tDraft Standard\tPartial\tThe server.\n", "is no number")]
    [InlineData(Header + "x\tTitle\tDraft Standard\tPartial\tThe server.\n", "is no number")]
    [InlineData(Header + "5321\tTitle\tStandard\tPartial\tThe server.\n", "is no status")]
    [InlineData(Header + "821\tTitle\tInternet Standard; obsoleted by someone\tPartial\tThe server.\n", "is no status")]
    [InlineData(Header + "5321\tTitle\tDraft Standard\tMostly\tThe server.\n", "is none of")]
    [InlineData(Header + "5321\tTitle\tDraft Standard\tPartial\tThe server\n", "no sentence")]
    [InlineData(Header + Row + Row, "out of order")]
    [InlineData(Header + Row + "1939\tTitle\tInternet Standard\tYes\tAll.\n", "out of order")]
    [InlineData(Header + Row + "\n", "not five columns")]
    public void FindsAFaultInTheIndex(string text, string finding) =>
        Assert.Contains(finding, Assert.Single(RfcIndex.Parse(text).Findings), StringComparison.Ordinal);

    [Fact]
    public void ReadsARow()
    {
        var (rows, findings) = RfcIndex.Parse(Header + "821\tOld\tInternet Standard; obsoleted by 2821, 5321\tNo\tReplaced.\n" + Row);
        Assert.Empty(findings);
        Assert.Equal([new(821, "Old", "Internet Standard; obsoleted by 2821, 5321", "No", "Replaced."), new(5321, "Simple Mail Transfer Protocol", "Draft Standard", "Partial", "The server.")], rows);
        Assert.Contains("| [5321](https://www.rfc-editor.org/info/rfc5321) | Simple Mail Transfer Protocol | Draft Standard | Partial | The server. |\n", RfcPage.Of(rows), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("// RFC 5321 §4.5.3.1", new[] { 5321 })]
    [InlineData("RFC 2920, 1870, 6152 and 2034)", new[] { 2920, 1870, 6152, 2034 })]
    [InlineData("RFCs 5321 and 821: RFC 821", new[] { 5321, 821 })]
    [InlineData("RFC 5321, 250 is said; RFC 5322.", new[] { 5321, 5322 })]
    [InlineData("RFC1939 and RFC 2449", new[] { 1939, 2449 })]
    [InlineData("RFC, an RFC of 1939, RFC 1234567, RFC", new int[0])]
    public void FindsTheNumbersThatATextCites(string text, int[] numbers) => Assert.Equal(numbers, RfcCitations.In(text));

    [Fact]
    public void FindsWhatIsCitedAndNotListedAndWhatIsServedAndNotCited()
    {
        RepositoryFile[] code = [new("src/A.cs", "// RFC 1939 §4")];
        RfcRow[] rows = [new(5321, "T", "Draft Standard", "Yes", "All."), new(5322, "T", "Draft Standard", "Later", "Not yet.")];
        Assert.Equal(["src/A.cs: RFC 1939 is not in rfc/index.tsv"], RfcCitations.CheckListed(code, rows));
        Assert.Equal(["rfc/index.tsv: RFC 5321 is Yes and cited nowhere under src"], RfcCitations.CheckCited(code, rows));
    }
}
