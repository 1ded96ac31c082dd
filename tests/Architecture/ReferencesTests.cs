namespace Merpati.Architecture.Tests;

public sealed class ReferencesTests
{
    private static readonly string[] Rooms = ["src", "tests"];

    [Fact]
    public void EveryProjectReferencesOnlyWhatItMay() =>
        Findings.AssertNone(Repository.Projects("src").SelectMany(References.Check));

    [Fact]
    public void ReferencesDoNotSpreadByThemselves() =>
        Findings.AssertNone(References.CheckTransitive(Repository.File("Directory.Build.props"), Repository.Projects("src").Concat(Repository.Projects("tests"))));

    [Fact]
    public void EveryRoomIsInTheSolution()
    {
        var folders = Rooms.SelectMany(room => Repository.Files
            .Where(file => file.Path.StartsWith(room + "/", StringComparison.Ordinal) && file.Project.Length > 0)
            .Select(file => $"{room}/{file.Project}")).Distinct().ToList();
        var projects = Rooms.SelectMany(Repository.Projects).ToList();
        Assert.Contains("src/Mail", folders);
        Findings.AssertNone(References.CheckSolution(Repository.File("Merpati.slnx"), folders, projects));
    }

    [Theory]
    [InlineData("Smtp", """<ProjectReference Include="../Storage/Storage.csproj" />""", "Smtp may not reference Storage")]
    [InlineData("Pop3", """<ProjectReference Include="../Smtp/Smtp.csproj" />""", "Pop3 may not reference Smtp")]
    [InlineData("Mail", """<ProjectReference Include="../Wire/Wire.csproj" />""", "Mail may not reference Wire")]
    [InlineData("Delivery", """<ProjectReference Include="../Host/Host.csproj" />""", "Delivery may not reference Host")]
    [InlineData("Auth", """<ProjectReference Include="../../tests/Mail/Mail.Tests.csproj" />""", "no room under src")]
    [InlineData("Storage", """<PackageReference Include="SQLitePCLRaw.core" />""", "Storage may not use the package SQLitePCLRaw.core")]
    [InlineData("Smtp", """<PackageReference Include="System.CommandLine" />""", "Smtp may not use the package System.CommandLine")]
    [InlineData("Host", """<PackageReference Include="Some.Mail.Library" />""", "Host may not use the package Some.Mail.Library")]
    [InlineData("Storage", """<InternalsVisibleTo Include="Merpati.Pop3" />""", "only its own tests are friends")]
    [InlineData("Commons", "", "knows no room")]
    public void FindsAReferenceThatIsNotAllowed(string room, string item, string finding) =>
        Assert.Contains(finding, Assert.Single(References.Check(Project(room, item))), StringComparison.Ordinal);

    [Fact]
    public void FindsAnAssemblyOfAnotherName() =>
        Assert.Contains("its assembly is Merpati.Mail", Assert.Single(References.Check(new("src/Mail/Mail.csproj", "<Project />"))), StringComparison.Ordinal);

    [Fact]
    public void FindsTransitiveReferencesThatAreOn()
    {
        var off = new RepositoryFile("Directory.Build.props", "<Project><DisableTransitiveProjectReferences>false</DisableTransitiveProjectReferences></Project>");
        var on = new RepositoryFile("Directory.Build.props", "<Project><DisableTransitiveProjectReferences>true</DisableTransitiveProjectReferences></Project>");
        Assert.Single(References.CheckTransitive(off, []));
        Assert.Empty(References.CheckTransitive(on, []));
        Assert.Single(References.CheckTransitive(on, [off with { Path = "src/Mail/Mail.csproj" }]));
    }

    [Fact]
    public void FindsARoomThatIsNotInTheSolution()
    {
        var solution = new RepositoryFile("Merpati.slnx", """<Solution><Project Path="src/Mail/Mail.csproj" /><Project Path="src/Gone/Gone.csproj" /></Solution>""");
        RepositoryFile[] projects =
        [
            new("src/Mail/Mail.csproj", "<Project />"),
            new("src/Wire/Wire.csproj", """<Project><Compile Include="../Empty/**/*.cs" /></Project>"""),
        ];
        Assert.Equal(
            ["src/Empty: a room without a project", "src/Wire/Wire.csproj: not in Merpati.slnx", "Merpati.slnx: src/Gone/Gone.csproj does not exist"],
            References.CheckSolution(solution, ["src/Mail", "src/Wire", "src/Empty"], projects));
    }

    [Fact]
    public void TakesAContractForARoomWhenTestsCompileIt()
    {
        var solution = new RepositoryFile("Merpati.slnx", """<Solution><Project Path="tests/A/A.Tests.csproj" /></Solution>""");
        var project = new RepositoryFile("tests/A/A.Tests.csproj", """<Project><Compile Include="../Storage/**/*.cs" /></Project>""");
        Assert.Empty(References.CheckSolution(solution, ["tests/A", "tests/Storage"], [project]));
        Assert.Single(References.CheckSolution(solution, ["tests/A", "tests/Storage"], [project with { Text = "<Project />" }]));
    }

    private static RepositoryFile Project(string room, string item) =>
        new($"src/{room}/{room}.csproj", $"<Project><AssemblyName>{(room == "Host" ? "merpati" : "Merpati." + room)}</AssemblyName>{item}</Project>");
}
