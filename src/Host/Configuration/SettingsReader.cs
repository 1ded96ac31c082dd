using Merpati.Host.Cli;
using Microsoft.Extensions.Configuration;

namespace Merpati.Host.Configuration;

/// <summary>Where the configuration is read from; a later source wins over an earlier one.</summary>
/// <param name="DataDirectory">Its <c>merpati.json</c> is read when it is there.</param>
/// <param name="File">A file named on the command line; it must be there.</param>
/// <param name="Assignments">What <c>--set</c> says, <c>Key:Sub=value</c> each.</param>
internal sealed record SettingSources(string DataDirectory, string? File, IReadOnlyList<string> Assignments)
{
    public const string FileName = "merpati.json";
    public const string EnvironmentPrefix = "MERPATI__";

    /// <summary>Whether the environment is a source too, as it is but for a server that has to be the same wherever it is started.</summary>
    public bool IncludesEnvironment { get; init; } = true;
}

/// <summary>Reads the configuration and refuses what it does not know, with the key, the value and what is allowed.</summary>
internal static class SettingsReader
{
    /// <summary>Throws <see cref="CommandFailure"/> with every fault, one a line.</summary>
    public static Settings Read(SettingSources sources)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var faults = new List<string>();
        foreach (var (key, value) in Build(sources).AsEnumerable())
        {
            if (value is null) continue; // the name of a section
            if (SettingTable.All.FirstOrDefault(setting => setting.Names(key)) is not { } setting)
            {
                faults.Add($"configuration: there is no key {key}{Nearest(key)}; docs/operating/configuration.md lists them all");
            }
            else if (!setting.Allows(value))
            {
                faults.Add($"configuration: {(setting.Family is null ? setting.Key : key)} = \"{value}\" is not allowed; it takes {setting.Allowed.Replace("`", "", StringComparison.Ordinal)}");
            }
            else
            {
                values[setting.Family is null ? setting.Key : key] = value;
            }
        }

        return faults.Count == 0 ? new Settings(values) : throw new CommandFailure(string.Join('\n', faults));
    }

    private static IConfigurationRoot Build(SettingSources sources)
    {
        var builder = new ConfigurationBuilder();
        AddFile(builder, Path.Combine(sources.DataDirectory, SettingSources.FileName), optional: true);
        if (sources.File is not null) AddFile(builder, sources.File, optional: false);
        if (sources.IncludesEnvironment) builder.AddEnvironmentVariables(SettingSources.EnvironmentPrefix);
        var assigned = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in sources.Assignments.Select(Split)) assigned[key] = value; // the last one wins
        builder.AddInMemoryCollection(assigned);
        try
        {
            return builder.Build();
        }
        catch (Exception fault) when (fault is InvalidDataException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure($"configuration: {fault.Message}{(fault.InnerException is { } inner ? " " + inner.Message : "")}");
        }
    }

    private static void AddFile(ConfigurationBuilder builder, string path, bool optional)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            if (optional) return;
            throw new CommandFailure($"configuration: there is no file {path}");
        }

        builder.AddJsonFile(full, optional: false, reloadOnChange: false);
    }

    private static KeyValuePair<string, string?> Split(string assignment)
    {
        var equals = assignment.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new CommandFailure($"--set {assignment}: write it as Key:Sub=value", ExitStatus.WrongUsage);
        return new(assignment[..equals], assignment[(equals + 1)..]);
    }

    // A key in the wrong section, or with a slip in its last word, is the likely mistake.
    private static string Nearest(string key)
    {
        var last = key[(key.LastIndexOf(':') + 1)..];
        var near = SettingTable.All.FirstOrDefault(setting => setting.Key.EndsWith(":" + last, StringComparison.OrdinalIgnoreCase))
            ?? SettingTable.All.FirstOrDefault(setting => last.Length > 3 && setting.Key.Contains(last[..4], StringComparison.OrdinalIgnoreCase));
        return near is null ? "" : $" (perhaps {near.Key})";
    }
}
