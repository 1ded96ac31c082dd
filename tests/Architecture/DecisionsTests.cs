namespace Merpati.Architecture.Tests;

public sealed class DecisionsTests
{
    private const string Good = "# 0001: X\n\nStatus: accepted\n\n## Context\n\n## Decision\n\n## Consequence\n";

    [Fact]
    public void EveryDecisionIsWhole()
    {
        var records = Repository.Files.Where(file => file.Folder == Decisions.Folder && file.Name != "README.md").ToList();
        Assert.NotEmpty(records);
        var index = Repository.Text(Decisions.Folder + "/README.md");
        Findings.AssertNone(records.SelectMany(record => Decisions.Check(record.Name, Repository.Text(record.Path), index)));
    }

    [Theory]
    [InlineData("0002-x.md", Good, "[2](0002-x.md)", "its title")]
    [InlineData("0001-x.md", Good, "[1](0001-y.md)", "not in the index")]
    [InlineData("0001-x.md", "# 0001: X\n\nStatus: accepted\n\n## Context\n\n## Consequence\n", "[1](0001-x.md)", "no ## Decision")]
    public void FindsADecisionThatIsNotWhole(string name, string text, string index, string finding) =>
        Assert.Contains(finding, Assert.Single(Decisions.Check(name, text, index)), StringComparison.Ordinal);
}
