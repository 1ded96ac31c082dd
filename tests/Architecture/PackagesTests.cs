namespace Merpati.Architecture.Tests;

public sealed class PackagesTests
{
    private static RepositoryFile Central => Repository.File("Directory.Packages.props");

    private static IEnumerable<RepositoryFile> AllProjects => Repository.Projects("src").Concat(Repository.Projects("tests"));

    [Fact]
    public void EveryPackageIsPinned() => Findings.AssertNone(Packages.CheckPins(Central));

    [Fact]
    public void NoProjectHasAVersionOfItsOwn() =>
        Findings.AssertNone(Repository.BuildFiles.Where(file => file.Path != Central.Path).SelectMany(Packages.CheckProject));

    [Fact]
    public void EveryProjectIsLocked() =>
        Findings.AssertNone(Packages.CheckLocks(AllProjects, Repository.Files.Select(file => file.Path).ToHashSet()));

    [Fact]
    public void EveryPackageHasAReason() =>
        Findings.AssertNone(Packages.CheckReasons(Central, Repository.Text("docs/adr/0003-packages.md")));

    [Theory]
    [InlineData("3.*")]
    [InlineData("*")]
    [InlineData("[3.0.0,4.0.0)")]
    [InlineData("[3.0.0]")]
    [InlineData("3")]
    [InlineData("3.0.0-*")]
    [InlineData("")]
    public void FindsAPackageThatIsNotPinned(string version) => Assert.Single(Packages.CheckPins(Props(version)));

    [Fact]
    public void FindsVersionsThatAreNotKeptCentrally() =>
        Assert.Equal(2, Packages.CheckPins(new("Directory.Packages.props", "<Project />")).Count());

    [Theory]
    [InlineData("""<PackageReference Include="X" Version="1.0.0" />""")]
    [InlineData("""<PackageReference Include="X" VersionOverride="1.0.0" />""")]
    [InlineData("""<PackageReference Include="X"><Version>1.0.0</Version></PackageReference>""")]
    [InlineData("""<PackageVersion Include="X" Version="1.0.0" />""")]
    public void FindsAVersionInAProject(string item) =>
        Assert.Single(Packages.CheckProject(new("src/Mail/Mail.csproj", $"<Project>{item}</Project>")));

    [Fact]
    public void FindsAProjectWithoutALockFile()
    {
        var project = new RepositoryFile("src/Mail/Mail.csproj", "<Project />");
        Assert.Single(Packages.CheckLocks([project], new HashSet<string> { "src/Wire/packages.lock.json" }));
        Assert.Empty(Packages.CheckLocks([project], new HashSet<string> { "src/Mail/packages.lock.json" }));
    }

    [Fact]
    public void FindsAPackageWithoutAReason()
    {
        Assert.Single(Packages.CheckReasons(Props("1.0.0"), "about `Y`"));
        Assert.Empty(Packages.CheckReasons(Props("1.0.0"), "about `X`"));
    }

    private static RepositoryFile Props(string version) => new("Directory.Packages.props",
        "<Project><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally>"
        + "<CentralPackageTransitivePinningEnabled>true</CentralPackageTransitivePinningEnabled>"
        + $"""<PackageVersion Include="X" Version="{version}" /></Project>""");
}
