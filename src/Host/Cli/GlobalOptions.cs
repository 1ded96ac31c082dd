using System.CommandLine;
using Merpati.Host.Configuration;

namespace Merpati.Host.Cli;

/// <summary>The options that every verb takes.</summary>
internal static class GlobalOptions
{
    private const string DataVariable = "MERPATI_DATA";
    private const string DefaultData = "data";

    public static readonly Option<string?> Data = NotEmpty(new Option<string?>("--data")
    {
        Description = $"The data directory. Default: the environment's {DataVariable}, else ./{DefaultData}.",
        HelpName = "DIR",
        Recursive = true,
    });

    public static readonly Option<string?> Config = NotEmpty(new Option<string?>("--config")
    {
        Description = $"A configuration file, read after {SettingSources.FileName} of the data directory.",
        HelpName = "FILE",
        Recursive = true,
    });

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "One configuration key, as Key:Sub=value; may be given several times. It wins over files and environment.",
        HelpName = "KEY=VALUE",
        Recursive = true,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    /// <summary>The data directory that a command line means, as a full path.</summary>
    public static string DataDirectory(ParseResult line) =>
        Path.GetFullPath(line.GetValue(Data) ?? (Environment.GetEnvironmentVariable(DataVariable) is { Length: > 0 } fromEnvironment ? fromEnvironment : DefaultData));

    /// <summary>The configuration that a command line means, checked.</summary>
    public static Settings Settings(ParseResult line) =>
        SettingsReader.Read(new SettingSources(DataDirectory(line), line.GetValue(Config), line.GetValue(Set) ?? []));

    // As an unset variable of a script makes it.
    private static Option<string?> NotEmpty(Option<string?> option)
    {
        option.Validators.Add(given =>
        {
            if (given.Tokens is [{ Value.Length: 0 }]) given.AddError($"the path after {option.Name} is empty");
        });
        return option;
    }
}
