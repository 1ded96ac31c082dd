namespace Merpati.Architecture.Tests;

public sealed class TestHabitsTests
{
    [Fact]
    public void NoTestIsSkippedOrSleeps() => Findings.AssertNone(Repository.CSharp("tests").SelectMany(TestHabits.Check));

    [Theory]
    [InlineData("class T { [Fact(Skip = \"later\")] void M() { } }")]
    [InlineData("class T { [Theory(Skip = Reason)] void M() { } }")]
    [InlineData("class T { void M() { Thread.Sleep(10); } }")]
    [InlineData("class T { void M() { System.Threading.Thread.Sleep(10); } }")]
    [InlineData("class T { async Task M() => await Task.Delay(10); }")]
    public void FindsATestThatIsSkippedOrSleeps(string text) => Assert.Single(TestHabits.Check(new("tests/A.cs", text)));

    [Theory]
    [InlineData("class T { [Fact] void M() { list.Skip(1); Assert.SkipWhen(missing, \"no curl\"); policy.Delay(2); Assert.True(true); } }")]
    [InlineData("class T { string S = \"Thread.Sleep(1)\"; } // Task.Delay")]
    public void LetsOthersPass(string text) => Assert.Empty(TestHabits.Check(new("tests/A.cs", text)));
}
