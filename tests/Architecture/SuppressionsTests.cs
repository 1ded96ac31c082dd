namespace Merpati.Architecture.Tests;

public sealed class SuppressionsTests
{
    [Fact]
    public void NoProjectSilencesWarnings() => Findings.AssertNone(Repository.BuildFiles.SelectMany(Suppressions.CheckBuildFile));

    [Fact]
    public void NoCodeSilencesAWarningWithoutAReason() =>
        Findings.AssertNone(Repository.CSharp("src").Concat(Repository.CSharp("tests")).SelectMany(Suppressions.CheckCode));

    [Theory]
    [InlineData("<Project><PropertyGroup><NoWarn>CS1591</NoWarn></PropertyGroup></Project>")]
    [InlineData("<Project><PropertyGroup><NoWarn></NoWarn></PropertyGroup></Project>")]
    [InlineData("""<Project><PackageReference Include="X" NoWarn="NU1603" /></Project>""")]
    [InlineData("<Project><PropertyGroup><WarningsNotAsErrors>CS1591</WarningsNotAsErrors></PropertyGroup></Project>")]
    [InlineData("<Project><PropertyGroup><TreatWarningsAsErrors>false</TreatWarningsAsErrors></PropertyGroup></Project>")]
    [InlineData("<Project><PropertyGroup><Nullable>disable</Nullable></PropertyGroup></Project>")]
    public void FindsABuildFileThatSilencesWarnings(string text) =>
        Assert.Single(Suppressions.CheckBuildFile(new("src/Mail/Mail.csproj", text)));

    [Theory]
    [InlineData("#pragma warning disable CA1031\nclass A { }")]
    [InlineData("#pragma warning disable\nclass A { }")]
    [InlineData("#pragma warning disable CA1031 //\nclass A { }")]
    [InlineData("#pragma warning disable CA1031\n// the reason on another line\nclass A { }")]
    [InlineData("#nullable disable\nclass A { }")]
    [InlineData("[SuppressMessage(\"a\", \"b\")] class A { }")]
    [InlineData("[SuppressMessage(\"a\", \"b\", Justification = \"\")] class A { }")]
    [InlineData("[System.Diagnostics.CodeAnalysis.SuppressMessage(\"a\", \"b\")] class A { }")]
    [InlineData("[assembly: SuppressMessageAttribute(\"a\", \"b\")]")]
    public void FindsASuppressionWithoutAReason(string text) => Assert.Single(Suppressions.CheckCode(new("src/A.cs", text)));

    [Theory]
    [InlineData("#pragma warning disable CA1031 // the thread goes on\nclass A { }\n#pragma warning restore CA1031\n")]
    [InlineData("[SuppressMessage(\"a\", \"b\", Justification = \"it must\")] class A { }")]
    public void LetsAReasonPass(string text) => Assert.Empty(Suppressions.CheckCode(new("src/A.cs", text)));
}
