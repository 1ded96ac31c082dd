using System.CommandLine;

namespace Merpati.Host.Cli;

/// <summary>The <c>--json</c> of a list; each verb has its own, so that it stands in that verb's help only.</summary>
internal static class JsonOption
{
    public static Option<bool> Create() => new("--json") { Description = "Print JSON for scripts: one array of objects." };
}
