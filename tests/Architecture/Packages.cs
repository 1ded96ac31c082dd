namespace Merpati.Architecture.Tests;

/// <summary>Packages are pinned to one version, in one file, and locked by their hashes.</summary>
internal static class Packages
{
    /// <summary>Which pin is none.</summary>
    public static IEnumerable<string> CheckPins(RepositoryFile central)
    {
        if (central.Xml.Descendants("ManagePackageVersionsCentrally").FirstOrDefault()?.Value != "true") yield return $"{central.Path}: versions are not kept here";
        if (central.Xml.Descendants("CentralPackageTransitivePinningEnabled").FirstOrDefault()?.Value != "true") yield return $"{central.Path}: transitive packages are not pinned";
        foreach (var (name, version) in Pins(central))
        {
            if (!IsExact(version)) yield return $"{central.Path}: {name} {version} is no exact version";
        }
    }

    /// <summary>Which project takes a version of its own.</summary>
    public static IEnumerable<string> CheckProject(RepositoryFile project)
    {
        foreach (var reference in project.Xml.Descendants("PackageReference").Concat(project.Xml.Descendants("PackageVersion")))
        {
            if (reference.Name.LocalName == "PackageVersion"
                || reference.Attribute("Version") is not null
                || reference.Attribute("VersionOverride") is not null
                || reference.Elements().Any(element => element.Name.LocalName is "Version" or "VersionOverride"))
            {
                yield return $"{project.Path}: {reference.Attribute("Include")?.Value} has a version of its own";
            }
        }
    }

    /// <summary>Which project has no lock file beside it.</summary>
    public static IEnumerable<string> CheckLocks(IEnumerable<RepositoryFile> projects, IReadOnlySet<string> paths) =>
        from project in projects
        where !paths.Contains(project.Folder + "/packages.lock.json")
        select $"{project.Path}: packages.lock.json is missing";

    /// <summary>Which package no record of decisions names.</summary>
    public static IEnumerable<string> CheckReasons(RepositoryFile central, string record) =>
        from pin in Pins(central)
        where !record.Contains($"`{pin.Name}`", StringComparison.Ordinal)
        select $"{pin.Name}: the record of packages gives no reason for it";

    private static IEnumerable<(string Name, string Version)> Pins(RepositoryFile central) =>
        central.Xml.Descendants("PackageVersion").Select(pin => (pin.Attribute("Include")?.Value ?? "", pin.Attribute("Version")?.Value ?? ""));

    private static bool IsExact(string version)
    {
        var dash = version.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? version : version[..dash]).Split('.');
        return numbers.Length is 3 or 4 && numbers.All(number => number.Length > 0 && number.All(char.IsAsciiDigit)) && !version.Contains('*', StringComparison.Ordinal);
    }
}
