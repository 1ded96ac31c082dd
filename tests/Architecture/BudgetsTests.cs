namespace Merpati.Architecture.Tests;

public sealed class BudgetsTests
{
    // Each finding that is allowed to stand, word for word, with its reason. It is best empty.
    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal);

    [Fact]
    public void EveryFileAndMethodKeepsItsBudget() =>
        Findings.AssertNone(Repository.CSharp("src").SelectMany(Budgets.Check).Except(Exceptions.Keys));

    [Fact]
    public void EveryExceptionIsStillNeededAndHasAReason()
    {
        Findings.AssertNone(Exceptions.Keys.Except(Repository.CSharp("src").SelectMany(Budgets.Check)));
        Assert.DoesNotContain(Exceptions.Values, string.IsNullOrWhiteSpace);
    }

    [Fact]
    public void FindsAFileThatIsTooLong()
    {
        Assert.Empty(Check(Lines(400)));
        Assert.Equal("src/X.cs: 401 lines of 400", Assert.Single(Check(Lines(401))));
    }

    [Theory]
    [InlineData("class C { void M() {", "} }", "M")]
    [InlineData("class C { C() {", "} }", "C")]
    [InlineData("class C { int P { get {", "} } }", "P.get")]
    [InlineData("class C { int P => F(", "); }", "P")]
    [InlineData("class C { Action F = () => {", "}; }", "line 1")]
    [InlineData("class C { void M() => N(); public static C operator +(C a, C b) {", "} }", "line 1")]
    public void FindsAMemberThatIsTooLong(string head, string tail, string member)
    {
        Assert.Empty(Check(head + Lines(60) + tail));
        Assert.Equal($"src/X.cs: {member}: 61 lines of 60", Assert.Single(Check(head + Lines(61) + tail)));
    }

    [Fact]
    public void FindsALocalFunctionThatIsTooLong() =>
        Assert.Contains(Check("class C { void M() { void L() {" + Lines(61) + "} } }"), finding => finding == "src/X.cs: L: 61 lines of 60");

    [Theory]
    [InlineData("class C { void M(int a, int b, int c, int d, int e, int f) { } }", "M: 6 parameters of 5")]
    [InlineData("class C { C(int a, int b, int c, int d, int e, int f) { } }", "C: 6 parameters of 5")]
    [InlineData("class C(int a, int b, int c, int d, int e, int f);", "C: 6 parameters of 5")]
    [InlineData("struct C(int a, int b, int c, int d, int e, int f);", "C: 6 parameters of 5")]
    [InlineData("interface I { void M(int a, int b, int c, int d, int e, int f); }", "M: 6 parameters of 5")]
    [InlineData("delegate void D(int a, int b, int c, int d, int e, int f);", "D: 6 parameters of 5")]
    [InlineData("class C { void M() { void L(int a, int b, int c, int d, int e, int f) { } } }", "L: 6 parameters of 5")]
    public void FindsTooManyParameters(string text, string finding) =>
        Assert.Equal("src/X.cs: " + finding, Assert.Single(Check(text)));

    [Theory]
    [InlineData("class C { void M(int a, int b, int c, int d, int e) { } }")]
    [InlineData("record R(int A, int B, int C, int D, int E, int F);")]
    [InlineData("record struct R(int A, int B, int C, int D, int E, int F);")]
    [InlineData("class C { [DllImport(\"c\")] static extern int mmap(int a, int b, int c, int d, int e, int f); }")]
    [InlineData("class C { [LibraryImport(\"c\")] static partial int mmap(int a, int b, int c, int d, int e, int f); }")]
    [InlineData("class C { [LoggerMessage(1, \"x\")] static partial void Taken(int a, int b, int c, int d, int e, int f); }")]
    public void LetsListsOfFactsBeLong(string text) => Assert.Empty(Check(text));

    private static string Lines(int count) => new('\n', count - 1);

    private static IEnumerable<string> Check(string text) => Budgets.Check(new RepositoryFile("src/X.cs", text + (text.EndsWith('\n') ? "//" : "")));
}
