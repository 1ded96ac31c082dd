using System.Xml.Linq;

namespace Merpati.Architecture.Tests;

/// <summary>Who may reference whom: the matrix of the design, held against the project files.</summary>
internal static class References
{
    /// <summary>The rooms of the house, each with the rooms it may reference. Host may reference all, and nothing references Host.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Mail"] = [],
        ["Wire"] = [],
        ["Dns"] = ["Mail"],
        ["Auth"] = ["Mail"],
        ["Storage"] = ["Mail", "Auth"],
        ["Storage.Sqlite"] = ["Storage", "Mail", "Auth"],
        ["Storage.PostgreSql"] = ["Storage", "Mail", "Auth"],
        ["Smtp"] = ["Mail", "Wire", "Auth"],
        ["Pop3"] = ["Mail", "Wire", "Auth", "Storage"],
        ["Progin"] = ["Mail", "Wire", "Auth", "Storage"],
        ["Delivery"] = ["Mail", "Dns", "Storage", "Smtp"],
        ["Host"] = ["Mail", "Wire", "Dns", "Auth", "Storage", "Storage.Sqlite", "Storage.PostgreSql", "Smtp", "Pop3", "Progin", "Delivery"],
    };

    /// <summary>The packages that the product uses, each in one room: protocol code is ours.</summary>
    private static readonly Dictionary<string, string> RoomOfPackage = new(StringComparer.Ordinal)
    {
        ["SQLitePCLRaw.bundle_e_sqlite3"] = "Storage.Sqlite",
        ["SQLitePCLRaw.core"] = "Storage.Sqlite",
        ["System.CommandLine"] = "Host",
    };

    /// <summary>What a project under src does that it may not.</summary>
    public static IEnumerable<string> Check(RepositoryFile project)
    {
        if (!Allowed.TryGetValue(project.Project, out var allowed))
        {
            yield return $"{project.Path}: the design knows no room of this name";
            yield break;
        }

        var assembly = project.Project == "Host" ? "merpati" : "Merpati." + project.Project;
        if (Value(project.Xml, "AssemblyName") != assembly) yield return $"{project.Path}: its assembly is {assembly}";
        foreach (var reference in Included(project.Xml, "ProjectReference"))
        {
            if (reference.Split('/', '\\') is not ["..", var room, var file] || file != room + ".csproj") yield return $"{project.Path}: {reference} is no room under src";
            else if (!allowed.Contains(room)) yield return $"{project.Path}: {project.Project} may not reference {room}";
        }

        foreach (var package in Included(project.Xml, "PackageReference"))
        {
            if (RoomOfPackage.GetValueOrDefault(package) != project.Project) yield return $"{project.Path}: {project.Project} may not use the package {package}";
        }

        foreach (var friend in Included(project.Xml, "InternalsVisibleTo"))
        {
            if (friend != $"Merpati.{project.Project}.Tests") yield return $"{project.Path}: only its own tests are friends, not {friend}";
        }
    }

    /// <summary>What the common build file lacks or a project takes back.</summary>
    public static IEnumerable<string> CheckTransitive(RepositoryFile common, IEnumerable<RepositoryFile> projects)
    {
        const string Switch = "DisableTransitiveProjectReferences";
        if (Value(common.Xml, Switch) != "true") yield return $"{common.Path}: {Switch} is not on";
        foreach (var project in projects.Where(project => Value(project.Xml, Switch) is not null)) yield return $"{project.Path}: {Switch} is set once, in {common.Path}";
    }

    /// <summary>Which folders under src and tests are no project or not in the solution, and what the solution names in vain.</summary>
    public static IEnumerable<string> CheckSolution(RepositoryFile solution, IReadOnlyList<string> folders, IReadOnlyList<RepositoryFile> projects)
    {
        var paths = projects.Select(project => project.Path).ToList();
        var named = solution.Xml.Descendants("Project").Select(project => project.Attribute("Path")?.Value ?? "").ToList();
        foreach (var folder in folders)
        {
            if (!projects.Any(project => project.Folder == folder || Compiles(project, folder))) yield return $"{folder}: a room without a project";
        }

        foreach (var project in paths.Except(named)) yield return $"{project}: not in {solution.Path}";
        foreach (var project in named.Except(paths)) yield return $"{solution.Path}: {project} does not exist";
    }

    // A contract has no project of its own: the tests of each engine compile it in.
    private static bool Compiles(RepositoryFile project, string folder) =>
        folder.StartsWith("tests/", StringComparison.Ordinal)
        && Included(project.Xml, "Compile").Any(path => path.StartsWith($"../{folder["tests/".Length..]}/", StringComparison.Ordinal));

    private static string? Value(XDocument xml, string name) => xml.Descendants(name).FirstOrDefault()?.Value;

    private static IEnumerable<string> Included(XDocument xml, string item) =>
        xml.Descendants(item).Select(element => element.Attribute("Include")?.Value ?? "(nothing)");
}
