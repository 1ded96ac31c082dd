using System.Text;

namespace Merpati.Host.Configuration;

/// <summary>Writes the page of all keys, docs/operating/configuration.md, from the table of settings.</summary>
internal static class SettingsPage
{
    public static string Write()
    {
        var page = new StringBuilder("""
            # Configuration

            Every key has a default: Merpati runs without any configuration. A later source wins over an earlier one:

            1. `merpati.json` in the data directory, or the file named with `--config`: JSON, comments allowed;
            2. environment variables: `MERPATI__Mail__MaxMessageBytes=1000000` is the key `Mail:MaxMessageBytes`;
            3. `--set Mail:MaxMessageBytes=1000000` on the command line, as often as needed.

            A key in JSON is a path of objects:

            ```json
            {
              // 25 MB are enough for us
              "Mail": { "MaxMessageBytes": 26214400 },
              "Listeners": { "smtp": { "Endpoint": "0.0.0.0:25, [::]:25" } }
            }
            ```

            An unknown key or a value that is not allowed stops the start, with the key, the value and what is allowed. `./merpati check` tries a
            configuration without starting anything. Time spans are `hh:mm:ss`. Names of keys and of choices may be written in any case.

            This page is written from the code (`Merpati.Host.Configuration.SettingTable`) and a test holds it to that.


            """);
        page.Append("| key | default | allowed | what it is for |\n| --- | --- | --- | --- |\n");
        foreach (var setting in SettingTable.All)
        {
            page.Append("| `").Append(setting.Key).Append("` | ").Append(setting.Default.Length == 0 ? "(empty)" : $"`{setting.Default}`")
                .Append(" | ").Append(setting.Allowed).Append(" | ").Append(setting.Purpose).Append(" |\n");
        }

        return page.ToString();
    }
}
